import type { DatabaseServer } from '../../database-server';
import { databasesOf, signedIn } from './signed-in';

/** Logical replication leaves sequences where they were: their values are brought over by themselves. */
export async function synchroniseSequences(source: DatabaseServer, target: DatabaseServer): Promise<void> {
  for (const database of await databasesOf(source)) {
    const { rows } = await signedIn(
      source,
      (client) =>
        client.query<{ name: string; last: string }>(
          `SELECT format('%I.%I', schemaname, sequencename) AS name, last_value AS last FROM pg_sequences
           WHERE last_value IS NOT NULL`,
        ),
      database,
    );
    await signedIn(
      target,
      (client) =>
        client.query('SELECT setval(name::regclass, last) FROM unnest($1::text[], $2::bigint[]) AS s (name, last)', [
          rows.map(({ name }) => name),
          rows.map(({ last }) => last),
        ]),
      database,
    );
  }
}
