import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { DATABASE_TITLE, type DatabaseEngine } from './database-engine';

/** Of InnoDB's redo log, when the data directory is made and when it is used: another size would be laid out again at each start. */
export const REDO_LOG_MEGABYTES = 32;

/** An empty MariaDB or MySQL, without any user that can sign in over TCP. */
export async function initialiseMysql(engine: DatabaseEngine, data: string): Promise<void> {
  if (engine.engine === 'mysql') {
    await mysqld(engine, data, ['--initialize-insecure', `--innodb-redo-log-capacity=${REDO_LOG_MEGABYTES}M`]);
    // The server's UUID: a replica with its source's would refuse to follow it.
    await rm(join(data, 'auto.cnf'), { force: true });
    return;
  }
  const flags = ['--bootstrap', '--skip-log-bin', `--innodb-log-file-size=${REDO_LOG_MEGABYTES}M`];
  await mysqld(engine, data, flags, await mariadbSystemTables(engine.share));
}

/** What `mariadb-install-db` feeds to the server; that script wants to be installed where its package puts it. */
async function mariadbSystemTables(share: string): Promise<string> {
  const files = [
    'mysql_system_tables.sql',
    'mysql_performance_tables.sql',
    'mysql_system_tables_data.sql',
    'maria_add_gis_sp_bootstrap.sql',
    'mysql_sys_schema.sql',
  ];
  const scripts = await Promise.all(files.map((file) => readFile(join(share, file), 'utf8')));
  return [
    'CREATE DATABASE mysql;',
    'USE mysql;',
    'SET @skip_auth_anonymous=1, @auth_root_socket=NULL;',
    ...scripts,
    // The root user it makes needs no password from 127.0.0.1.
    "DELETE FROM mysql.global_priv WHERE User IN ('root', '');",
    '',
  ].join('\n');
}

async function mysqld(engine: DatabaseEngine, data: string, flags: readonly string[], input?: string): Promise<void> {
  const { file, args, env } = engine.server;
  const all = [
    ...args,
    '--no-defaults',
    ...flags,
    `--datadir=${data}`,
    `--basedir=${engine.base}`,
    `--lc-messages-dir=${engine.share}`,
    `--plugin-dir=${join(engine.base, 'lib/mysql/plugin')}`,
    '--innodb-buffer-pool-size=32M',
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
  const options: SpawnOptions = { env: { ...process.env, ...env, LC_ALL: 'C' }, stdio: ['pipe', 'ignore', 'pipe'] };
  const child = spawn(file, all, options);
  if (!child.stdin || !child.stderr) throw new Error(`${file} started without pipes.`);
  child.stdin.end(input ?? '');
  const [log, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    const end = log.trim().split('\n').slice(-10).join('\n');
    throw new Error(
      `${DATABASE_TITLE[engine.engine]} ${engine.version} made no data directory (exit ${code}):\n${end}`,
    );
  }
}
