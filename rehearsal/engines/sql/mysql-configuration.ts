import { join } from 'node:path';
import type { DatabaseEngine } from './database-engine';
import { REDO_LOG_MEGABYTES } from './mysql-data';
import { FILES, type Layout, type Settings } from './server-settings';

/** The option file. Settings come last and win. */
export function mysqlConfiguration(engine: DatabaseEngine, layout: Layout, settings: Settings): string {
  const file = (name: string) => join(layout.folder, name);
  const all: Record<string, string | number> = {
    datadir: layout.data,
    basedir: engine.base,
    lc_messages_dir: engine.share,
    plugin_dir: join(engine.base, 'lib/mysql/plugin'),
    // Relative to the data directory: an absolute path may be longer than a socket's name can be.
    socket: 'server.sock',
    pid_file: file('server.pid'),
    tmpdir: layout.folder,
    bind_address: layout.host,
    port: layout.port,
    skip_name_resolve: 'ON',
    // Ports of running servers differ, so their ids do.
    server_id: layout.port,
    // RDS's name for it.
    log_bin: 'mysql-bin-changelog',
    relay_log: 'relaylog',
    // Written to the operating system only: that survives the process's death, which is all that is rehearsed.
    sync_binlog: 0,
    innodb_flush_log_at_trx_commit: 2,
    innodb_flush_method: 'nosync',
    innodb_buffer_pool_size: '64M',
    performance_schema: 'OFF',
    max_connections: 300,
    ...(engine.engine === 'mysql' ? MYSQL : MARIADB),
    ...(layout.tls && { ssl_cert: file(FILES.certificate), ssl_key: file(FILES.key), ssl_ca: file(FILES.authority) }),
    ...(process.getuid?.() === 0 && { user: 'root' }),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}=${quoted(value)}`);
  return ['[mysqld]', ...lines, ''].join('\n');
}

const MYSQL: Settings = {
  innodb_redo_log_capacity: `${REDO_LOG_MEGABYTES}M`,
  mysqlx: 'OFF',
  // Debian's default is a folder that only its installed package makes.
  secure_file_priv: 'NULL',
  innodb_buffer_pool_dump_at_shutdown: 'OFF',
};

const MARIADB: Settings = {
  innodb_log_file_size: `${REDO_LOG_MEGABYTES}M`,
  // MariaDB's default is MIXED, MySQL's ROW; and a replica's log would lack what it applied.
  binlog_format: 'ROW',
  log_slave_updates: 'ON',
  character_set_server: 'utf8mb4',
  innodb_buffer_pool_dump_at_shutdown: 'OFF',
};

function quoted(value: string | number): string {
  const written = String(value);
  return /^[\w./:,-]*$/.test(written) ? written : `"${written.replace(/[\\"]/g, '\\$&')}"`;
}
