import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { Survey, SurveyedSide } from './survey';

/** What the agent calls on a side, with arguments that a dry run of the access check needs. */
const needed: readonly (readonly [command: string, ...args: string[]])[] = [
  ['client', 'list'],
  ['client', 'kill', 'id', '0'],
  ['del', 'key'],
  ['dump', 'key'],
  ['info'],
  ['psubscribe', '__keyevent@*__:*'],
  ['pexpireat', 'key', '1'],
  ['restore', 'key', '0', 'value'],
  ['scan', '0'],
  ['select', '0'],
  ['time'],
  ['type', 'key'],
];
/** Only where a freeze can be a pause. */
const pausing = ['client', 'pause', '1', 'WRITE'] as const;

/** Whether both sides let the agent call what it needs. Nothing is called; the servers are asked. */
export async function checkPermissions({ from, to }: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of [from, to]) findings.push(...(await absentCommands(side)), ...(await deniedCommands(side)));
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

/** Whether the ACL lets the agent's user run it, as far as can be told: servers before 7.0 cannot be asked without running it. */
export async function mayRun(
  { client, version, endpoint }: SurveyedSide,
  command: readonly string[],
): Promise<boolean> {
  if (!version.atLeast(7, 0) || endpoint.username === undefined) return true;
  const answer = await client.call('ACL', 'DRYRUN', endpoint.username, ...command).catch(cannotAsk);
  return answer === undefined || String(answer) === 'OK';
}

async function deniedCommands(surveyed: SurveyedSide): Promise<readonly Finding[]> {
  const { side, where, endpoint } = surveyed;
  const denied: string[] = [];
  for (const command of [...needed, pausing]) {
    if (!(await mayRun(surveyed, command))) denied.push(nameOf(command));
  }
  if (denied.length === 0) return [];
  return [
    {
      id: `redis.access-denied.${side}`,
      severity: 'error',
      message: `${where} does not let the user ${endpoint.username} run what the agent needs: ${denied.join(', ')}.`,
      remedy: `Give the user the access string "on ~* &* +@all -@admin +client +info", or "on ~* &* +@all".`,
    },
  ];
}

function nameOf([command, subcommand]: readonly string[]): string {
  return (command === 'client' ? `${command} ${subcommand}` : String(command)).toUpperCase();
}

function cannotAsk(error: unknown): undefined {
  if (error instanceof AgentError && ['Agent.CommandForbidden', 'Agent.AccessDenied'].includes(error.name)) {
    return undefined;
  }
  throw error;
}
