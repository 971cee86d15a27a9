import { type KeyName, nameOf } from '../key';
import type { StreamEntry } from './stream-entries';
import type { StreamGroup } from './stream-groups';
import { compareIds } from './stream-ids';

/** Ids that are pending in some group without an entry of the stream. */
export class Ghosts {
  private readonly pending: Buffer[];
  private readonly found: Buffer[] = [];
  private at = 0;

  constructor(groups: readonly StreamGroup[]) {
    const ids = new Map(groups.flatMap(({ pending }) => pending.map(({ id }) => [nameOf(id), id] as const)));
    this.pending = [...ids.values()].sort(compareIds);
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  ids(): readonly Buffer[] {
    return this.found;
  }

  /** By name, once all entries and the rest were gone through. */
  set(): ReadonlySet<KeyName> {
    return new Set(this.found.map(nameOf));
  }

  /** The next entries of the stream with the ghosts between them, in order. */
  among(entries: readonly StreamEntry[]): StreamEntry[] {
    const result: StreamEntry[] = [];
    for (const entry of entries) {
      for (let id = this.pending[this.at]; id !== undefined; id = this.pending[this.at]) {
        const order = compareIds(id, entry.id);
        if (order > 0) break;
        this.at += 1;
        if (order < 0) result.push(this.ghost(id));
      }
      result.push(entry);
    }
    return result;
  }

  /** Those behind the last entry. */
  rest(): StreamEntry[] {
    const ids = this.pending.slice(this.at);
    this.at = this.pending.length;
    return ids.map((id) => this.ghost(id));
  }

  private ghost(id: Buffer): StreamEntry {
    this.found.push(id);
    return { id, fields: [Buffer.from('gone'), Buffer.from('')] };
  }
}
