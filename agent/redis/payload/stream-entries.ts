import type { Reply } from '../resp/reply';
import { ask, buffers, type Place } from './value';

export interface StreamEntry {
  readonly id: Buffer;
  readonly fields: readonly Buffer[];
}

export async function page(place: Place, from: string, to: Buffer | string, count: number): Promise<StreamEntry[]> {
  const [reply] = await ask(place, ['XRANGE', place.key, from, to, 'COUNT', count]);
  return entriesOf(reply);
}

export function entriesOf(reply: Reply | undefined): StreamEntry[] {
  return (Array.isArray(reply) ? reply : []).map((item) => {
    const [id, fields] = Array.isArray(item) ? item : [];
    if (!Buffer.isBuffer(id)) throw new Error('XRANGE answered with an entry without an id.');
    return { id, fields: buffers(fields) };
  });
}

export function sameEntry(one: StreamEntry, other: StreamEntry | undefined): boolean {
  return (
    other !== undefined &&
    one.id.equals(other.id) &&
    one.fields.length === other.fields.length &&
    one.fields.every((field, i) => other.fields[i]?.equals(field))
  );
}
