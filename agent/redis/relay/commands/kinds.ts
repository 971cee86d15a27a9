/** Commands that are more than their bytes to the relay; every other one only passes. */
const KINDS = {
  connection: 'select auth hello client reset readonly readwrite',
  transaction: 'multi exec discard watch unwatch',
  subscription: 'subscribe psubscribe ssubscribe unsubscribe punsubscribe sunsubscribe',
  blocking: 'blpop brpop brpoplpush blmove blmpop bzpopmin bzpopmax bzmpop xread xreadgroup wait waitaof',
  iteration: 'scan sscan hscan zscan',
  script: 'eval eval_ro evalsha evalsha_ro script',
  feed: 'monitor sync psync replconf',
} as const;

export type Kind = keyof typeof KINDS | 'silent';

export interface KnownCommand {
  readonly name: string;
  readonly kind: Kind;
}

/** Longer names are no command that matters here. */
const MAX_NAME = 31;

/**
 * Tells commands by their names as they stand in the bytes, without making a string of them: most end at the first look,
 * by their length and first letter.
 */
export class CommandTable {
  private readonly buckets: (readonly { readonly bytes: Buffer; readonly command: KnownCommand }[] | undefined)[] = [];

  /** @param silent commands that change keys without an event, where nothing else is known of them */
  constructor(silent: readonly string[]) {
    const known = new Map<string, KnownCommand>();
    for (const name of silent) known.set(name, { name, kind: 'silent' });
    for (const [kind, names] of Object.entries(KINDS) as [Kind, string][]) {
      for (const name of names.split(' ')) known.set(name, { name, kind });
    }
    for (const command of known.values()) {
      const bytes = Buffer.from(command.name);
      const bucket = bucketOf(bytes[0] ?? 0, bytes.length);
      this.buckets[bucket] = [...(this.buckets[bucket] ?? []), { bytes, command }];
    }
  }

  find(bytes: Buffer, from: number, to: number): KnownCommand | undefined {
    const length = to - from;
    if (length < 1 || length > MAX_NAME) return undefined;
    const candidates = this.buckets[bucketOf(bytes[from] ?? 0, length)];
    return candidates?.find((candidate) => matches(candidate.bytes, bytes, from))?.command;
  }
}

/** Letters are told by their five low bits, which upper and lower case share. */
function bucketOf(first: number, length: number): number {
  return (first & 31) * 32 + length;
}

function matches(name: Buffer, bytes: Buffer, from: number): boolean {
  for (let i = 0; i < name.length; i += 1) {
    const byte = bytes[from + i] ?? 0;
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== name[i]) return false;
  }
  return true;
}
