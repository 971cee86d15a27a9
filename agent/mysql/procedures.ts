import { text } from './result-row';
import type { Session } from './session';

/** The replication procedures of RDS do their work with a pause or two in it. */
export const procedureTimeoutMs = 60_000;

/**
 * What RDS calls the procedures that set and clear a replication. Aurora MySQL 3 and RDS for MySQL 8.4 say `source`,
 * older ones `master`; as both Aurora MySQL 3 and RDS for MySQL 8.0 are 8.0, no version decides it.
 */
export async function replicationProcedures(session: Session): Promise<ReplicationProcedures> {
  const [source, master] = [new ReplicationProcedures('source'), new ReplicationProcedures('master')];
  const rows = await session.query(
    "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = 'mysql' AND routine_name IN (?)",
    [[source.setName, master.setName]],
  );
  const known = new Set(rows.map((row) => text(row, 'name')));
  if (known.has(source.setName)) return source;
  if (known.has(master.setName)) return master;
  return session.dialect.atLeast(8, 4) && !session.dialect.mariadb ? source : master;
}

/**
 * What the agent calls in the database `mysql` of those that the server has: its user must be let. Whether `rds_kill` works is
 * tried besides.
 */
export async function calledProcedures(session: Session): Promise<readonly string[]> {
  const names = ['rds_kill', 'rds_show_configuration', 'rds_start_replication', 'rds_stop_replication'];
  const external = ['source', 'master'].flatMap((word) => [`rds_set_external_${word}`, `rds_reset_external_${word}`]);
  const rows = await session.query(
    "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = 'mysql' AND routine_name IN (?) ORDER BY name",
    [[...names, ...external]],
  );
  return rows.map((row) => text(row, 'name'));
}

export class ReplicationProcedures {
  constructor(private readonly word: 'source' | 'master') {}

  get setName(): string {
    return `rds_set_external_${this.word}`;
  }

  /** Takes host, port, user, password, file, position, and whether over TLS. */
  get set(): string {
    return `CALL mysql.${this.setName}(?, ?, ?, ?, ?, ?, ?)`;
  }

  get start(): string {
    return 'CALL mysql.rds_start_replication';
  }

  stop(channel: string): string {
    return channel === ''
      ? 'CALL mysql.rds_stop_replication'
      : `CALL mysql.rds_stop_replication_for_channel(${quoted(channel)})`;
  }

  reset(channel: string): string {
    return channel === ''
      ? `CALL mysql.rds_reset_external_${this.word}`
      : `CALL mysql.rds_reset_external_${this.word}_for_channel(${quoted(channel)})`;
  }
}

/** A channel is named by anyone who may configure replication. NO_BACKSLASH_ESCAPES is off in the agent's sessions. */
function quoted(channel: string): string {
  return `'${channel.replaceAll(/['\\]/g, '$&$&')}'`;
}
