import { AgentError } from '../../../errors';
import { bytesOf, isClientKey, type KeyName, nameOf } from '../../key';
import { Conflicts } from './conflicts';

/** Published right before and right after our own writes, within their transaction. */
export const OWN_WRITES_BEGIN = 'begin';
export const OWN_WRITES_END = 'end';

interface Entry {
  /** Clients of the source have written it since. */
  ofBoth: boolean;
  /** Known to have been written by clients of the target. */
  readonly certain: boolean;
}

const MAX_KEYS = 1_000_000;
/** The server removes what it had of ours; nobody wrote. */
const BY_ITSELF: ReadonlySet<string> = new Set(['expired', 'evicted', 'hexpired']);

/**
 * LIVE: the keys that clients have written on the target while the source's changes still flow there. No older change of
 * the source may touch them.
 *
 * Which events on the target are ours? A server runs a transaction in one piece and delivers what it publishes in
 * order, so whatever arrives between the two marks that our transactions publish is ours, in every version, and
 * everything else is a client's.
 */
export class TargetWrites {
  private readonly databases = new Map<number, Map<KeyName, Entry>>();
  private withinOwnWrites = false;
  private size = 0;

  /** `onAdded` hears of every such key, once. What is written before it is `listening` is nobody's. */
  constructor(
    private readonly onAdded: (database: number, key: Buffer) => void = () => undefined,
    private listening = true,
    private readonly conflicts = new Conflicts(),
  ) {}

  get any(): boolean {
    return this.size > 0;
  }

  listen(): void {
    this.listening = true;
  }

  onMark(mark: string): void {
    this.withinOwnWrites = mark === OWN_WRITES_BEGIN;
  }

  onKey(database: number, key: Buffer, event: string): void {
    if (!this.listening || this.withinOwnWrites || BY_ITSELF.has(event) || !isClientKey(key)) return;
    this.add(database, key, true);
    this.onAdded(database, key);
  }

  /** The source has announced a change. */
  onSourceKey(database: number, key: Buffer, event: string): void {
    if (this.size > 0 && !BY_ITSELF.has(event)) this.markOfBoth(database, key);
  }

  /** A key that they may have written while nobody listened. */
  claim(database: number, key: Buffer): void {
    this.add(database, key, false);
    this.onAdded(database, key);
  }

  /**
   * A key that was theirs before anybody listened.
   *
   * @param ofBoth - whether clients of the source have written it as well; `undefined` where that cannot be told
   */
  recall(database: number, key: Buffer, ofBoth: boolean | undefined): void {
    this.add(database, key, ofBoth !== undefined);
    if (ofBoth !== true) return;
    this.markOfBoth(database, key);
    this.conflicts.add(database, nameOf(key), key);
  }

  has(database: number, key: Buffer): boolean {
    return this.size > 0 && (this.databases.get(database)?.has(nameOf(key)) ?? false);
  }

  /**
   * The source's value was not written, in favour of the clients' on the target. That is a conflict where the source is
   * known to have changed; and where it is not known whether the clients have, it may be one, and counts.
   */
  dropped(database: number, key: Buffer, changed: boolean): void {
    const entry = this.databases.get(database)?.get(nameOf(key));
    if (entry !== undefined && (changed || !entry.certain)) this.conflicts.add(database, nameOf(key), key);
  }

  *all(): Generator<{ database: number; key: Buffer }> {
    for (const [database, keys] of this.databases) {
      for (const name of keys.keys()) yield { database, key: bytesOf(name) };
    }
  }

  /** Those of them that the source's clients have written since. */
  *ofBoth(): Generator<{ database: number; key: Buffer }> {
    for (const [database, keys] of this.databases) {
      for (const [name, { ofBoth }] of keys) if (ofBoth) yield { database, key: bytesOf(name) };
    }
  }

  private markOfBoth(database: number, key: Buffer): void {
    const entry = this.databases.get(database)?.get(nameOf(key));
    if (entry !== undefined) entry.ofBoth = true;
  }

  private add(database: number, key: Buffer, certain: boolean): void {
    let keys = this.databases.get(database);
    if (keys === undefined) {
      keys = new Map();
      this.databases.set(database, keys);
    }
    const name = nameOf(key);
    if (keys.has(name)) return;
    keys.set(name, { ofBoth: false, certain });
    this.size += 1;
    if (this.size <= MAX_KEYS) return;
    throw new AgentError(
      'Agent.Failed',
      `Clients have written more than ${MAX_KEYS} keys on the target while the source was still being followed: ` +
        'end the overlap sooner, or choose FENCED.',
    );
  }
}
