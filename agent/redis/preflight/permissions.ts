import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { nameSome } from '../../naming';
import { ACCESS_STRING, DANGEROUS_AND_NEEDED } from '../access-string';
import type { Survey, SurveyedSide } from './survey';

/** What the agent calls on a side, with arguments that a dry run of the access check needs; of writes one of each type. */
const needed: readonly (readonly [command: string, ...args: string[]])[] = [
  ['client', 'list'],
  ['client', 'kill', 'id', '0'],
  ['del', 'key'],
  ['dump', 'key'],
  ['exec'],
  ['hset', 'key', 'field', 'value'],
  ['info'],
  ['memory', 'usage', 'key'],
  ['multi'],
  ['pexpireat', 'key', '1'],
  ['psubscribe', '__keyevent@*__:*'],
  ['publish', 'channel', 'message'],
  ['rename', 'key', 'key'],
  ['restore', 'key', '0', 'value'],
  ['rpush', 'key', 'value'],
  ['sadd', 'key', 'value'],
  ['scan', '0'],
  ['select', '0'],
  ['set', 'key', 'value'],
  ['time'],
  ['type', 'key'],
  ['watch', 'key'],
  ['xadd', 'key', '*', 'field', 'value'],
  ['zadd', 'key', '1', 'value'],
];
/** Only where a freeze can be a pause. */
const pausing = [
  ['client', 'pause', '1', 'WRITE'],
  ['client', 'unpause'],
] as const;

/** Whether both sides let the agent call what it needs, and no more. Nothing is called; the servers are asked. */
export async function checkPermissions({ from, to }: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of [from, to]) findings.push(...(await absentCommands(side)), ...(await accessOf(side)));
  return findings;
}

/** A command that was renamed away. */
async function absentCommands({ client, side, where }: SurveyedSide): Promise<readonly Finding[]> {
  const names = [...new Set(needed.map(([command]) => command))];
  const reply = await client.call('COMMAND', 'INFO', ...names).catch(cannotAsk);
  const absent = Array.isArray(reply) ? names.filter((_, i) => reply[i] === null) : [];
  if (absent.length === 0) return [];
  return [
    {
      id: `redis.commands-forbidden.${side}`,
      severity: 'error',
      message: `${where} has no ${absent.join(', ').toUpperCase()}, which the agent needs.`,
      remedy: 'Undo the rename-command of the server. ElastiCache offers all of them.',
    },
  ];
}

/** Whether the ACL lets the agent's user run it, as far as can be told. */
export async function mayRun(side: SurveyedSide, command: readonly string[]): Promise<boolean> {
  return side.endpoint.username === undefined || (await dryRun(side, command)) !== false;
}

/** Undefined where it cannot be asked: before 7.0 not without running it, and later not by every user. */
async function dryRun(
  { client, version, endpoint }: SurveyedSide,
  command: readonly string[],
): Promise<boolean | undefined> {
  if (!version.atLeast(7, 0) || endpoint.username === undefined) return undefined;
  try {
    return (await client.text('ACL', 'DRYRUN', endpoint.username, ...command)) === 'OK';
  } catch (error) {
    // Not allowed to ask, a command that is not there, or one that takes other arguments.
    if (error instanceof AgentError && error.name !== 'Agent.Unreachable') return undefined;
    throw error;
  }
}

/** Of an ACL user. The default user, with an AUTH token or none, is everyone's: what it may do is not the agent's to say. */
async function accessOf(surveyed: SurveyedSide): Promise<readonly Finding[]> {
  if (surveyed.endpoint.username === undefined) return [];
  if ((await dryRun(surveyed, ['time'])) === undefined) return [unknownAccess(surveyed)];
  return [...(await deniedCommands(surveyed)), ...(await dangerousCommands(surveyed))];
}

function unknownAccess({ side, where, endpoint, version }: SurveyedSide): Finding {
  const why = version.atLeast(7, 0) ? 'the user may not run ACL DRYRUN' : 'servers before 7.0 have no ACL DRYRUN';
  return {
    id: `redis.access-unknown.${side}`,
    severity: 'info',
    message: `Whether ${where} lets the user ${endpoint.username} run what the agent needs, and no more, was not asked: ${why}. What it lacks would end the copy.`,
    remedy: `Compare its access string with "${ACCESS_STRING}".`,
  };
}

async function deniedCommands(surveyed: SurveyedSide): Promise<readonly Finding[]> {
  const { side, where, endpoint } = surveyed;
  const denied: (readonly string[])[] = [];
  for (const command of [...needed, ...pausing]) {
    if (!(await mayRun(surveyed, command))) denied.push(command);
  }
  if (denied.length === 0) return [];
  const rules = denied.map((command) => `+${ruleOf(command)}`);
  return [
    {
      id: `redis.access-denied.${side}`,
      severity: 'error',
      message: `${where} does not let the user ${endpoint.username} run what the agent needs: ${denied.map(nameOf).join(', ')}.`,
      remedy: `Add "${rules.join(' ')}" to the user's access string, and "~* &*" if it has other keys or channels. All that the agent needs is "${ACCESS_STRING}".`,
    },
  ];
}

/** The password is in a secret, and on the migration host's network: what it opens is to be no more than the agent uses. */
async function dangerousCommands(surveyed: SurveyedSide): Promise<readonly Finding[]> {
  const { side, where, endpoint } = surveyed;
  const allowed: string[] = [];
  for (const { name, args } of await dangerousOnes(surveyed)) {
    if (!DANGEROUS_AND_NEEDED.includes(name) && (await dryRun(surveyed, [...name.split('|'), ...args]))) {
      allowed.push(name.replace('|', ' ').toUpperCase());
    }
  }
  if (allowed.length === 0) return [];
  return [
    {
      id: `redis.user-has-more.${side}`,
      severity: 'warning',
      message: `${where} lets the user ${endpoint.username} run more of the dangerous commands than the agent needs: ${nameSome(allowed.sort(), 8)}.`,
      remedy: `Give the user the access string "${ACCESS_STRING}".`,
    },
  ];
}

/** What the server itself calls dangerous, each with as many arguments as it takes at least. */
async function dangerousOnes({ client }: SurveyedSide): Promise<readonly { name: string; args: string[] }[]> {
  const names = await client.call('COMMAND', 'LIST', 'FILTERBY', 'ACLCAT', 'dangerous').catch(cannotAsk);
  if (!Array.isArray(names) || names.length === 0) return [];
  const infos = await client.call('COMMAND', 'INFO', ...names.map(String)).catch(cannotAsk);
  if (!Array.isArray(infos)) return [];
  return infos.flatMap((info: unknown) => {
    if (!Array.isArray(info)) return [];
    const name = String(info[0]);
    const length = Math.abs(Number(info[1])) - name.split('|').length;
    return [{ name, args: Array.from({ length }, () => 'x') }];
  });
}

/** As an ACL rule has it: `client|pause`. */
function ruleOf([command = '', subcommand]: readonly string[]): string {
  return ['client', 'memory'].includes(command) ? `${command}|${subcommand}` : command;
}

function nameOf(command: readonly string[]): string {
  return ruleOf(command).replace('|', ' ').toUpperCase();
}

function cannotAsk(error: unknown): undefined {
  if (error instanceof AgentError && ['Agent.CommandForbidden', 'Agent.AccessDenied'].includes(error.name)) {
    return undefined;
  }
  throw error;
}
