import { join } from 'node:path';
import { FILES, type Layout, type Settings } from './server-settings';

/** The configuration file. Settings come last and win. */
export function postgresqlConfiguration(layout: Layout, settings: Settings): string {
  const all: Record<string, string | number> = {
    data_directory: layout.data,
    hba_file: join(layout.folder, 'pg_hba.conf'),
    ident_file: join(layout.data, 'pg_ident.conf'),
    listen_addresses: layout.host,
    port: layout.port,
    unix_socket_directories: layout.folder,
    wal_level: 'logical',
    'rds.logical_replication': 'on',
    max_wal_senders: 10,
    max_replication_slots: 10,
    // A worker for each database, and others beside it while tables are copied.
    max_worker_processes: 20,
    max_logical_replication_workers: 12,
    // A subscription whose connection was lost tries again at once.
    wal_retrieve_retry_interval: '200ms',
    shared_buffers: '32MB',
    // Written to the operating system only: that survives the process's death, which is all that is rehearsed.
    fsync: 'off',
    // Segments in files of the data directory: in /dev/shm they would outlive a killed server.
    dynamic_shared_memory_type: 'mmap',
    password_encryption: 'scram-sha-256',
    ...(layout.tls && {
      ssl: 'on',
      ssl_cert_file: join(layout.folder, FILES.certificate),
      ssl_key_file: join(layout.folder, FILES.key),
      ssl_ca_file: join(layout.folder, FILES.authority),
    }),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  return [...lines, ''].join('\n');
}

/** Only the server's own folder holds its socket, and only its user may enter it: that is how the first password is set. */
export const POSTGRESQL_ACCESS = [
  'local all all trust',
  'host all all 0.0.0.0/0 scram-sha-256',
  'host replication all 0.0.0.0/0 scram-sha-256',
  '',
].join('\n');
