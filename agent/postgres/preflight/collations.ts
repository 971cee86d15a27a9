import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

/** An index on text that was built by another version of the operating system's collation may miss rows. */
export async function checkCollations(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT DISTINCT format('%I', collname) AS name FROM pg_collation
     WHERE collversion IS NOT NULL AND collversion <> pg_collation_actual_version(oid)
       AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding())) ORDER BY 1`,
  );
  const names = rows.map(({ name }) => name);
  const database = session.version < 150_000 ? [] : await mismatchOfDatabase(session);
  if (names.length + database.length === 0) return [];
  return [
    {
      id: 'postgres.collation-versions',
      severity: 'warning',
      message: `Collations of the database ${session.database} were of another version when its indexes were built: ${nameSome([...database, ...names])}.`,
      remedy:
        'REINDEX what orders text by them, then ALTER COLLATION … REFRESH VERSION (ALTER DATABASE … REFRESH COLLATION VERSION).',
    },
  ];
}

async function mismatchOfDatabase(session: Session): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT 'the default of the database' AS name FROM pg_database
     WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)`,
  );
  return rows.map(({ name }) => name);
}
