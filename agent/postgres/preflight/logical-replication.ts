import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

/**
 * RDS brings a green of another major version up to date by logical replication, with a slot and a worker for each
 * database ("Blue/green deployments for RDS for PostgreSQL: limitations and considerations").
 */
export async function checkLogicalReplication(session: Session, databases: number): Promise<readonly Finding[]> {
  return [
    ...(await checkWalLevel(session)),
    ...(await checkCapacity(session, databases)),
    ...(await checkSlots(session)),
    ...(await checkSubscriptions(session)),
  ];
}

async function checkWalLevel(session: Session): Promise<readonly Finding[]> {
  const row = await session.row<{ level: string; rds: string | null }>(
    "SELECT current_setting('wal_level') AS level, current_setting('rds.logical_replication', true) AS rds",
  );
  if (row?.level === 'logical') return [];
  return [
    {
      id: 'postgres.logical-replication-off',
      severity: 'error',
      message: `${session.where} has wal_level ${row?.level ?? 'unknown'} and rds.logical_replication ${row?.rds ?? 'unset'}: a green of another version could not be kept current.`,
      remedy: 'Set rds.logical_replication to 1 in its own parameter group, and reboot it.',
    },
  ];
}

/** A deployment that is there already holds slots of its own: RDS's users read them, and they are no others' need. */
const OF_RDS = `EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = s.active_pid AND a.usename IN ('rdsadmin', 'rdsrepladmin'))`;

async function checkCapacity(session: Session, databases: number): Promise<readonly Finding[]> {
  const row = await session.row<{ slots: string; senders: string; workers: string; processes: string }>(
    `SELECT current_setting('max_replication_slots')::int
         - (SELECT count(*) FROM pg_replication_slots s WHERE NOT ${OF_RDS}) AS slots,
       current_setting('max_wal_senders')::int
         - (SELECT count(*) FROM pg_stat_replication WHERE usename NOT IN ('rdsadmin', 'rdsrepladmin')) AS senders,
       current_setting('max_logical_replication_workers') AS workers, current_setting('max_worker_processes') AS processes`,
  );
  const free = {
    max_replication_slots: Number(row?.slots),
    max_wal_senders: Number(row?.senders),
    max_logical_replication_workers: Number(row?.workers),
    max_worker_processes: Number(row?.processes),
  };
  return Object.entries(free)
    .filter(([, left]) => left < databases)
    .map(([parameter, left]) => ({
      id: `postgres.${parameter.replaceAll('_', '-')}`,
      severity: 'error',
      message: `${session.where} has ${left} left of ${parameter}, and ${databases} databases, each of which needs one.`,
      remedy: `Raise ${parameter} in its parameter group, and in green's, to ${databases} more than are in use, and reboot it.`,
    }));
}

/** RDS switches over from no server that others copy from: their slots would stay behind on blue. */
async function checkSlots(session: Session): Promise<readonly Finding[]> {
  const slots = await session.query<{ name: string; active: boolean; retained: string | null }>(
    `SELECT slot_name AS name, active, pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS retained
     FROM pg_replication_slots s
     WHERE slot_type = 'logical' AND NOT pg_is_in_recovery() AND NOT ${OF_RDS} ORDER BY slot_name`,
  );
  if (slots.length === 0) return [];
  const described = slots.map(({ name, active, retained }) =>
    active ? name : `${name} (nobody reads it, and it holds ${retained ?? 'an unknown amount'} of log)`,
  );
  return [
    {
      id: 'postgres.logical-slots',
      severity: 'error',
      message: `${session.where} has logical replication slots, from which RDS refuses to switch over: ${nameSome(described)}.`,
      remedy: `Stop their readers and drop them: ${slots.map(({ name }) => `SELECT pg_drop_replication_slot('${name}');`).join(' ')} Make them again on green after the switchover, and have their readers copy again.`,
    },
  ];
}

async function checkSubscriptions(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string }>('SELECT DISTINCT subname AS name FROM pg_stat_subscription');
  if (rows.length === 0) return [];
  return [
    {
      id: 'postgres.external-replication',
      severity: 'error',
      message: `${session.where} subscribes to another server (${nameSome(rows.map(({ name }) => name))}): RDS refuses to switch over.`,
      remedy: `Drop it when it is no longer needed: ${rows.map(({ name }) => `DROP SUBSCRIPTION "${name}";`).join(' ')}`,
    },
  ];
}
