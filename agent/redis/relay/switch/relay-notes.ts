import { randomBytes } from 'node:crypto';
import { StateFile } from '../../../state-file';
import type { RedisContext } from '../../context';

/** What of the relay outlives the process. Who serves is not in it: the markers say so. */
export interface RelayNotes {
  /** Tells the markers of this host from another's. */
  readonly host: string;
  /** Where the relay listens. Absent: there is none. */
  readonly port?: number;
}

export async function readNotes(context: RedisContext): Promise<RelayNotes | undefined> {
  const content = await fileOf(context).read();
  if (content === undefined) return undefined;
  const { host, port } = content as Partial<Record<string, unknown>>;
  if (typeof host !== 'string') throw new Error(`${fileOf(context).path} names no host.`);
  return { host, ...(typeof port === 'number' && { port }) };
}

export function writeNotes(context: RedisContext, { host, port }: RelayNotes): Promise<void> {
  return fileOf(context).write({ host, port });
}

export function newHost(): string {
  return randomBytes(8).toString('hex');
}

function fileOf({ stateDirectory, migrationName }: RedisContext): StateFile {
  return new StateFile(stateDirectory, migrationName, 'relay');
}
