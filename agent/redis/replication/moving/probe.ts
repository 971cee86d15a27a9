import type { Store } from '../../payload/value';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';

/** What must be known of a key before its value is read. */
export interface ProbedKey {
  readonly key: Buffer;
  readonly exists: boolean;
  /** Milliseconds since the epoch by the server's clock; 0: never. */
  readonly expiresAt: number;
  /** What the value takes in memory, roughly. */
  readonly bytes: number;
  /** As TYPE says; present where it was asked for. */
  readonly type?: string;
}

/** The latest expiry that every server takes and a double holds: just below 2^63. */
const LATEST_MS = 2 ** 63 - 2 ** 11;

/** What an element of a collection is taken to weigh where the server cannot say (before 4.0). */
const ASSUMED_ELEMENT_BYTES = 128;
const LENGTH_COMMANDS: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  list: 'LLEN',
  set: 'SCARD',
  hash: 'HLEN',
  zset: 'ZCARD',
};

/**
 * How long a server may take over one batch of PTTL, in milliseconds, for its time at the beginning to be that of all of
 * them: another client's slow command may run in between, and expiries would be later by as long.
 */
const AT_ONCE_MS = 100;
/** How often it is asked again. One that is slow each time is believed: its expiries are late by what a batch takes. */
const TRIES = 3;

/** Asks for size, expiry and, if wanted, type of the keys, in one go (two before 4.0). */
export async function probe(
  { connection, dialect }: Store,
  database: number,
  keys: readonly Buffer[],
  wantType: boolean,
): Promise<ProbedKey[]> {
  const askType = wantType || !dialect.memoryUsage;
  const commands: Command[] = [];
  const expiry = dialect.expireTime ? 'PEXPIRETIME' : 'PTTL';
  for (const key of keys) {
    commands.push([expiry, key]);
    if (dialect.memoryUsage) commands.push(['MEMORY', 'USAGE', key]);
    if (askType) commands.push(['TYPE', key]);
  }
  const { now, replies } = dialect.expireTime
    ? { now: 0, replies: await connection.batchIn(database, commands) }
    : await askAtOnce(connection, database, commands);
  const refusal = replies.find((reply) => reply instanceof ReplyError);
  if (refusal !== undefined) throw connection.explain(refusal);
  const perKey = 1 + (dialect.memoryUsage ? 1 : 0) + (askType ? 1 : 0);
  const probed = keys.map((key, i): ProbedKey => {
    const at = i * perKey;
    const left = millisecondsOf(replies[at]);
    const bytes = dialect.memoryUsage ? replies[at + 1] : 0;
    const base = {
      key,
      exists: left !== -2 && bytes !== null,
      expiresAt: left < 0 ? 0 : Math.min(now + left, LATEST_MS),
      bytes: numberOf(bytes),
    };
    return askType ? { ...base, type: String(replies[at + perKey - 1]) } : base;
  });
  return dialect.memoryUsage ? probed : withLengths({ connection, dialect }, database, probed);
}

/** The server's own time turns PTTL into an absolute expiry. */
async function askAtOnce(
  connection: Store['connection'],
  database: number,
  commands: readonly Command[],
): Promise<{ now: number; replies: Reply[] }> {
  for (let tries = 1; ; tries++) {
    const [before, ...rest] = await connection.batchIn(database, [['TIME'], ...commands, ['TIME']]);
    const now = milliseconds(before);
    if (milliseconds(rest.at(-1)) - now <= AT_ONCE_MS || tries === TRIES) return { now, replies: rest.slice(0, -1) };
  }
}

async function withLengths(store: Store, database: number, probed: readonly ProbedKey[]): Promise<ProbedKey[]> {
  const commands = probed.map(({ key, type = '' }): Command => [LENGTH_COMMANDS[type] ?? 'EXISTS', key]);
  const lengths = await store.connection.batchIn(database, commands);
  return probed.map((one, i) => {
    const reply = lengths[i];
    const length = isWrongType(reply) ? 0 : numberOf(reply);
    return { ...one, bytes: one.type === 'string' ? length : length * ASSUMED_ELEMENT_BYTES };
  });
}

function milliseconds(time: Reply | undefined): number {
  const [seconds, microseconds] = Array.isArray(time) ? time : [];
  return Number(String(seconds)) * 1000 + Math.trunc(Number(String(microseconds)) / 1000);
}

/** The key changed its type since TYPE was asked; its event, or the read of its value, will tell. */
function isWrongType(reply: Reply | undefined): boolean {
  return reply instanceof ReplyError && reply.message.startsWith('WRONGTYPE');
}

/** PTTL and PEXPIRETIME answer with up to 63 bits; beyond 53 a few milliseconds more or less are lost on nobody. */
function millisecondsOf(reply: Reply | undefined): number {
  return typeof reply === 'bigint' ? Number(reply) : numberOf(reply);
}

function numberOf(reply: Reply | undefined): number {
  return typeof reply === 'number' ? reply : 0;
}
