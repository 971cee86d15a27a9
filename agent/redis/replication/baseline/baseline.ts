import type { Direction } from '../../../../contract/common';
import { BASELINE_KEY, isClientKey, temporaryKey } from '../../key';
import type { Connection } from '../../resp/connection';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import type { Write } from '../moving/applier';
import { databasesInUse, scanKeys } from '../search/scan';
import { buckets, spotOf, widthFor } from './layout';
import { hasDumpChanged, type Note, originOf, type Present, parseNote, parsePresent, UNKNOWN_ORIGIN } from './note';
import { MARK, NOTE, READ } from './scripts';

/** Keys that one script looks at: none holds the server up for longer than a value of the largest size times this. */
const KEYS_PER_SCRIPT = 20;
const KEYS_PER_DELETION = 1000;
/** What a server that can do it answers for the moment, and not what it cannot do. */
const FOR_THE_MOMENT = /^(OOM|READONLY|LOADING|MASTERDOWN|BUSY)\b/;

/**
 * What came to the target: all of the source, into an empty one or over what was there, or only what changed after
 * another replication, which noted nothing.
 */
export type Origin = 'copy' | 'resync' | 'taken over';

export interface BaselineOwner extends Direction {
  readonly migrationName: string;
}

/** What is known of one key. */
export interface Known {
  readonly note: Note;
  readonly present: Present | undefined;
  /** The server's time, in seconds since the epoch. */
  readonly now: number;
}

/**
 * LIVE: what the agent last left on the target, key by key, noted on the target itself: hosts are replaced, and what
 * clients write while no agent listens is told to nobody. The next agent compares: a key that is still what was left
 * there is the agent's to overwrite, any other is a client's. A note is written in the transaction that writes the key,
 * by a script on the server, so that the two never disagree.
 *
 * The keys are packed hashes beside the clients' keys, and go once clients are on one side only. Of an evicted note the
 * key counts as a client's: what is dropped for it is told as a conflict.
 */
export class Baseline {
  private unmarked: { readonly database: number; readonly key: Buffer }[] = [];

  private constructor(
    private readonly control: Connection,
    private readonly scan: Connection,
    private readonly owner: BaselineOwner,
    private width: number,
    /** Whether every key is noted that the agent left. */
    private isWhole: boolean,
    private origin: Origin,
  ) {}

  /** `undefined` where the target cannot keep one: before Redis 5, or where its user may run no scripts. */
  static async open(
    { control, scan }: { readonly control: Connection; readonly scan: Connection },
    owner: BaselineOwner,
  ): Promise<Baseline | undefined> {
    if (!(await canNote(control))) return undefined;
    const header = await headerOf(control);
    const isOurs = header !== undefined && header.owner === textOf(owner);
    return new Baseline(control, scan, owner, header?.width ?? 1, isOurs && header.whole, header?.origin ?? 'resync');
  }

  get whole(): boolean {
    return this.isWhole;
  }

  /**
   * Nobody but the agent has written to the target so far.
   *
   * @param keys how many it is going to hold
   */
  async begin(keys: number, origin: Origin): Promise<void> {
    await clear(this.control);
    this.width = widthFor(keys);
    this.isWhole = false;
    this.origin = origin;
    await this.run(this.control, 0, [
      ['HSET', BASELINE_KEY, 'width', this.width],
      ['HSET', BASELINE_KEY, 'owner', textOf(this.owner)],
      ['HSET', BASELINE_KEY, 'origin', origin],
    ]);
  }

  /** Everything is noted that stands; of one that took over, what does not by now, as it was there before. */
  async complete(): Promise<void> {
    if (this.isWhole) return;
    if (this.origin === 'taken over') await this.survey();
    await this.run(this.control, 0, [['HSET', BASELINE_KEY, 'whole', 1]]);
    this.isWhole = true;
  }

  /** The command that notes what these writes leave: for their own transaction. */
  note(writes: readonly Write[]): Command[] {
    const noted = writes.filter(({ key }) => isClientKey(key));
    return noted.length === 0 ? [] : [this.noting('HSET', noted)];
  }

  /** A client has written the key. It is noted by the next `flush`. */
  mark(database: number, key: Buffer): void {
    this.unmarked.push({ database, key });
  }

  async flush(): Promise<void> {
    const marked = this.unmarked;
    this.unmarked = [];
    for (const database of new Set(marked.map((one) => one.database))) {
      const spots = marked.filter((one) => one.database === database).map(({ key }) => spotOf(key, this.width));
      for (let at = 0; at < spots.length; at += KEYS_PER_DELETION) {
        const some = spots.slice(at, at + KEYS_PER_DELETION);
        await this.run(this.control, database, [
          ['EVAL', MARK, some.length, ...some.map(({ bucket }) => bucket), ...some.map(({ field }) => field)],
        ]);
      }
    }
  }

  async read(database: number, keys: readonly Buffer[]): Promise<Known[]> {
    const commands: Command[] = [];
    for (let at = 0; at < keys.length; at += KEYS_PER_SCRIPT) {
      const spots = keys.slice(at, at + KEYS_PER_SCRIPT).map((key) => ({ key, ...spotOf(key, this.width) }));
      const places = spots.flatMap(({ bucket, key }) => [bucket, key]);
      commands.push(['EVAL', READ, places.length, ...places, ...spots.map(({ field }) => field)]);
    }
    return (await this.run(this.scan, database, commands)).flatMap(knownOf);
  }

  /** Those of these writes that bring what the source has changed since its last value was carried, as far as can be told. */
  async unlikeNoted(database: number, writes: readonly Write[]): Promise<ReadonlySet<Write>> {
    const asked = writes.map(({ key }): Command => {
      const { bucket, field } = spotOf(key, this.width);
      return ['HGET', bucket, field];
    });
    const replies = await this.run(this.control, database, asked);
    return new Set(
      writes.filter(({ dump }, i) => {
        const note = parseNote(String(replies[i] ?? ''));
        // But into an empty target, a client may have deleted it before it was noted.
        return (note.left !== undefined || this.origin === 'copy') && hasDumpChanged(note, dump);
      }),
    );
  }

  private async survey(): Promise<void> {
    for (const database of await databasesInUse(this.scan)) {
      for await (const keys of scanKeys(this.scan, database)) {
        const commands: Command[] = [];
        for (let at = 0; at < keys.length; at += KEYS_PER_SCRIPT) {
          const some = keys.slice(at, at + KEYS_PER_SCRIPT).map((key) => ({ key, commands: [] }));
          commands.push(this.noting('HSETNX', some));
        }
        await this.run(this.scan, database, commands);
      }
    }
  }

  private noting(how: 'HSET' | 'HSETNX', writes: readonly Write[]): Command {
    const spots = writes.map(({ key, dump }) => ({ key, dump, ...spotOf(key, this.width) }));
    const places = spots.flatMap(({ bucket, key }) => [bucket, key]);
    const notes = spots.flatMap(({ field, dump }) => [field, dump === undefined ? UNKNOWN_ORIGIN : originOf(dump)]);
    return ['EVAL', NOTE, places.length, ...places, how, ...notes];
  }

  private async run(connection: Connection, database: number, commands: readonly Command[]): Promise<Reply[]> {
    const replies = await connection.batchIn(database, commands);
    const refusal = replies.find((reply) => reply instanceof ReplyError);
    if (refusal !== undefined) throw connection.explain(refusal);
    return replies;
  }
}

/** Whether a whole baseline of this direction stands on its target. */
export async function hasBaseline(target: Connection, owner: BaselineOwner): Promise<boolean> {
  const header = await headerOf(target);
  return header?.whole === true && header.owner === textOf(owner);
}

/** Removes whatever stands of a baseline, its header last: what is left behind by a crash is found again. */
export async function clear(target: Connection): Promise<void> {
  const header = await headerOf(target);
  if (header === undefined) return;
  for (const database of await databasesInUse(target)) {
    let names: string[] = [];
    const remove = async () => {
      if (names.length > 0) await target.batchIn(database, [['DEL', ...names]]);
      names = [];
    };
    for (const bucket of buckets(header.width)) {
      names.push(bucket);
      if (names.length === KEYS_PER_DELETION) await remove();
    }
    await remove();
  }
  await target.batchIn(0, [['DEL', BASELINE_KEY]]);
}

interface Header {
  readonly owner: string;
  readonly width: number;
  readonly whole: boolean;
  readonly origin: Origin;
}

async function headerOf(target: Connection): Promise<Header | undefined> {
  const [reply] = await target.batchIn(0, [['HMGET', BASELINE_KEY, 'owner', 'width', 'whole', 'origin']]);
  if (reply instanceof ReplyError) throw target.explain(reply);
  const [owner, width, whole, origin] = Array.isArray(reply) ? reply : [];
  if (!Buffer.isBuffer(width)) return undefined;
  return {
    owner: String(owner ?? ''),
    width: Number(String(width)),
    whole: whole !== null,
    origin: String(origin) as Origin,
  };
}

/** By trying it on keys of our own. */
async function canNote(target: Connection): Promise<boolean> {
  const [key, bucket] = [temporaryKey(), temporaryKey()];
  const replies = await target.batchIn(0, [
    ['SET', key, '1', 'PX', '10000'],
    ['EVAL', NOTE, 2, bucket, key, 'HSET', '1', UNKNOWN_ORIGIN],
    ['DEL', key, bucket],
  ]);
  const refusal = replies.find((reply) => reply instanceof ReplyError);
  if (refusal !== undefined && FOR_THE_MOMENT.test(refusal.message)) throw target.explain(refusal);
  return refusal === undefined;
}

function textOf({ migrationName, from, to }: BaselineOwner): string {
  return `${migrationName} ${from} ${to}`;
}

function knownOf(reply: Reply): Known[] {
  const [time, ...rest] = Array.isArray(reply) ? reply.map(String) : [];
  const now = Number(time);
  return Array.from({ length: rest.length / 2 }, (_, i) => {
    const [noted = '', present = ''] = rest.slice(2 * i, 2 * i + 2);
    return { note: parseNote(noted), present: present === '' ? undefined : parsePresent(present), now };
  });
}
