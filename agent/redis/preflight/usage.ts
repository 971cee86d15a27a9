import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { Survey, SurveyedSide } from './survey';

/** What the applications use, by the source's own counters, that a switch of caches breaks or loses. */
export async function checkUsage(survey: Survey): Promise<readonly Finding[]> {
  return [
    ...scripts(survey.from),
    ...pubSub(survey.from),
    ...blocking(survey.from),
    ...(await functions(survey)),
    ...(await missingCommands(survey)),
  ];
}

function scripts({ where, info }: SurveyedSide): readonly Finding[] {
  const used = usedOf(info.calls(), ['evalsha', 'evalsha_ro', 'script', 'script|load']);
  if (used === '') return [];
  return [
    {
      id: 'redis.lua-scripts',
      severity: 'warning',
      message: `Clients of ${where} call Lua scripts by their hash (${used}); loaded scripts are not data and are not copied.`,
      remedy:
        'See that each application falls back to EVAL on NOSCRIPT, as most libraries do, or load its scripts on the target.',
    },
  ];
}

function pubSub({ where, info }: SurveyedSide): readonly Finding[] {
  const used = usedOf(info.calls(), ['publish', 'spublish', 'subscribe', 'psubscribe', 'ssubscribe']);
  if (used === '') return [];
  return [
    {
      id: 'redis.pub-sub',
      severity: 'warning',
      message: `Clients of ${where} use publish/subscribe (${used}): while some are on the one side and some on the other, they do not hear each other.`,
      remedy:
        'Stop publishers or subscribers for the switch, if a lost message matters. An idle subscriber moves when it is evicted.',
    },
  ];
}

const blockingCommands = [...['blpop', 'brpop', 'brpoplpush', 'blmove', 'blmpop', 'bzpopmin', 'bzpopmax', 'bzmpop']];
/** They wait only with BLOCK, which no counter tells apart; who waits at this moment is flagged `b` (CLIENT LIST). */
const streamReads = ['xread', 'xreadgroup'];

function blocking({ where, info, clients }: SurveyedSide): readonly Finding[] {
  const waiting = clients.filter(({ flags, lastCommand }) => flags.includes('b') && streamReads.includes(lastCommand));
  const used = [
    usedOf(info.calls(), blockingCommands),
    ...(waiting.length === 0 ? [] : [`XREAD or XREADGROUP with BLOCK: ${waiting.length} now`]),
  ].filter((text) => text !== '');
  if (used.length === 0) return streamReaders(where, usedOf(info.calls(), streamReads));
  return [
    {
      id: 'redis.blocking-commands',
      severity: 'warning',
      message: `Clients of ${where} wait in blocking commands (${used.join(', ')}): they stay there until they are evicted, and then see an error.`,
      remedy: 'Quiesce those consumers as workloads of the migration, or see that they reconnect and go on.',
    },
  ];
}

function streamReaders(where: string, used: string): readonly Finding[] {
  if (used === '') return [];
  return [
    {
      id: 'redis.stream-readers',
      severity: 'info',
      message: `Clients of ${where} read streams (${used}). None waited when this was asked; those that do (BLOCK) stay there until they are evicted, and then see an error.`,
      remedy: 'See that consumers that use BLOCK reconnect and go on, or quiesce them as workloads of the migration.',
    },
  ];
}

/** Libraries of functions (from 7.0) are not in the keyspace. */
async function functions({ from, to }: Survey): Promise<readonly Finding[]> {
  const [has, wants] = [await libraries(to), await libraries(from)];
  const missing = wants.filter((library) => !has.includes(library));
  if (missing.length === 0) return [];
  return [
    {
      id: 'redis.functions',
      severity: 'error',
      message: `${from.where} has function libraries that ${to.where} lacks: ${missing.join(', ')}. They are not data and are not copied.`,
      remedy:
        'Load them on the target (FUNCTION DUMP, FUNCTION RESTORE), or delete them on the source if nobody calls them.',
    },
  ];
}

async function libraries({ client, version }: SurveyedSide): Promise<readonly string[]> {
  if (!version.atLeast(7, 0)) return [];
  const reply = await client.call('FUNCTION', 'LIST').catch(refused);
  return (Array.isArray(reply) ? reply : []).map((library) => String(Array.isArray(library) ? library[1] : library));
}

async function missingCommands({ from, to }: Survey): Promise<readonly Finding[]> {
  const used = [...from.info.calls().keys()].filter((name) => !name.includes('|') || to.version.atLeast(7, 0));
  const [there, here] = [await describe(to, used), await describe(from, used)];
  const missing = used.filter((name) => there.get(name) === null && !here.get(name)?.includes('admin'));
  if (missing.length === 0) return [];
  return [
    {
      id: 'redis.commands-missing',
      severity: 'warning',
      message: `Clients of ${from.where} have called commands that ${to.where} does not have: ${missing.join(', ').toUpperCase()}.`,
      remedy: 'Choose an engine that has them, or see that nobody depends on them any more.',
    },
  ];
}

/** Flags of each command, `null` where the server has none of that name. Empty where it does not say (before 2.8.13). */
async function describe(side: SurveyedSide, names: readonly string[]): Promise<ReadonlyMap<string, string[] | null>> {
  const reply = names.length === 0 ? [] : await side.client.call('COMMAND', 'INFO', ...names).catch(refused);
  const described = Array.isArray(reply) ? reply : [];
  return new Map(
    described.flatMap((command: unknown, i): [string, string[] | null][] => {
      const name = names[i];
      if (name === undefined) return [];
      const flags = Array.isArray(command) && Array.isArray(command[2]) ? command[2].map(String) : [];
      return [[name, command === null ? null : flags]];
    }),
  );
}

/** What the user may not ask is not found out; what the agent needs is checked on its own. */
function refused(error: unknown): readonly [] {
  if (error instanceof AgentError && ['Agent.CommandForbidden', 'Agent.AccessDenied'].includes(error.name)) return [];
  throw error;
}

/** `EVALSHA 12, SCRIPT LOAD 3`; empty when none was called. */
function usedOf(calls: ReadonlyMap<string, number>, commands: readonly string[]): string {
  return commands
    .filter((command) => (calls.get(command) ?? 0) > 0)
    .map((command) => `${command.replace('|', ' ').toUpperCase()} ${calls.get(command)}`)
    .join(', ');
}
