import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DatabaseEngine } from './database-engine';
import type { Owner } from './server-owner';
import { SUPERUSER } from './superuser';

const run = promisify(execFile);

/** An empty PostgreSQL whose only role has no password yet. */
export async function initialisePostgresql(
  engine: DatabaseEngine,
  data: string,
  owner: Owner | undefined,
): Promise<void> {
  if (!engine.initdb) throw new Error(`PostgreSQL ${engine.version} (${engine.origin}) came without initdb.`);
  const { file, args, env } = engine.initdb;
  const share = engine.share === '' ? [] : ['-L', engine.share];
  const flags = ['-D', data, '-U', SUPERUSER, '--no-locale', '-E', 'UTF8', '--no-sync', ...share];
  await run(file, [...args, ...flags], { cwd: data, env: { ...process.env, ...env, LC_ALL: 'C' }, ...owner }).catch(
    (error: Error & { code?: string; stderr?: string }) => {
      const hint =
        error.code === 'EACCES'
          ? ' As root, PostgreSQL runs as nobody, who must be able to read it: set XDG_CACHE_HOME to a folder that others may read, or install PostgreSQL.'
          : '';
      throw new Error(`initdb of PostgreSQL ${engine.version} failed: ${error.stderr || error.message}${hint}`);
    },
  );
}
