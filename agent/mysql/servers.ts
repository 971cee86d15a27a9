import type { ResolvedDatabase } from '../databases';
import { text } from './row';
import { Session } from './session';

/**
 * Looks at each server of a side that users may be connected to: its writer and, where it has one, a reader. A reader
 * endpoint leads to one of several; whoever looks again and again sees them all.
 */
export async function onEachServer<T>(
  endpoint: ResolvedDatabase,
  purpose: string,
  writer: Session,
  look: (session: Session) => Promise<T>,
): Promise<readonly T[]> {
  const atWriter = await look(writer);
  if (endpoint.readerHost === undefined) return [atWriter];
  const reader = await Session.open(endpoint, purpose, endpoint.readerHost);
  try {
    // Without any reader, Aurora's reader endpoint leads to the writer.
    const same = (await identityOf(reader)) === (await identityOf(writer));
    return same ? [atWriter] : [atWriter, await look(reader)];
  } finally {
    reader.close();
  }
}

/** MariaDB has no UUID, and the instances of an Aurora cluster share theirs. */
async function identityOf(session: Session): Promise<string> {
  const rows = await session.query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'port', 'server_uuid', 'aurora_server_id')",
  );
  return rows.map((row) => text(row, 'Value')).join();
}
