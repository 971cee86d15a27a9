import type { ChainServer, ReplicaStatus } from '../../contract/database';
import { filtersOfChannel } from './replication-filters';
import { figure, type Row, text } from './result-row';
import type { Session } from './session';

/** One channel on which a server replicates, or is configured to. */
export interface Replica {
  /** '' for the default one. */
  readonly channel: string;
  readonly sourceHost: string;
  readonly sourcePort: number;
  /** Whom it signs in to the source as. */
  readonly sourceUser: string;
  /** `server_id` of the source, 0 while it was never reached. */
  readonly sourceServerId: number;
  /** One of its threads has given up, and says why: without help it will not go on. */
  readonly failed: boolean;
  /** What stopped the applying: something to be made is there already, or something to be changed is not there. */
  readonly stoppedBy?: 'there already' | 'not there';
  /** For how long it is told to wait before it applies; 0: not at all. */
  readonly delaySeconds: number;
  /** Its filters by name, those that are set. */
  readonly filters: readonly string[];
  readonly status: ReplicaStatus;
}

/** The engines' numbers of these errors: of databases, tables, users and rows. */
const thereAlready = [1007, 1050, 1396, 1062];
const notThere = [1008, 1049, 1051, 1146, 1032];

/** The source refuses the user, or the replica what the source asks for. It tries forever, to no avail. */
const notSignedIn: ReadonlySet<number | undefined> = new Set([1044, 1045, 1698, 2059, 2061]);

/** Every channel that is configured, running or not. */
export async function replicasOf(session: Session, side: ChainServer): Promise<readonly Replica[]> {
  const rows = await session.query(session.dialect.replicaStatement);
  const configured = rows.filter((row) => text(row, 'Source_Host', 'Master_Host') !== '');
  return Promise.all(configured.map(async (row) => replicaOf(row, side, await errorOf(row, session))));
}

function replicaOf(row: Row, side: ChainServer, error: string): Replica {
  const channel = text(row, 'Channel_Name', 'Connection_name');
  const sourceHost = text(row, 'Source_Host', 'Master_Host');
  const lag = figure(row, 'Seconds_Behind_Source', 'Seconds_Behind_Master');
  const file = text(row, 'Relay_Source_Log_File', 'Relay_Master_Log_File');
  const gtid = text(row, 'Executed_Gtid_Set').replaceAll('\n', '');
  const stoppedBy = whatStopped(figure(row, 'Last_SQL_Errno') ?? 0);
  return {
    channel,
    sourceHost,
    sourcePort: figure(row, 'Source_Port', 'Master_Port') ?? 0,
    sourceUser: text(row, 'Source_User', 'Master_User'),
    sourceServerId: figure(row, 'Source_Server_Id', 'Master_Server_Id') ?? 0,
    failed:
      notSignedIn.has(figure(row, 'Last_IO_Errno')) ||
      (text(row, 'Last_IO_Error') !== '' && text(row, 'Replica_IO_Running', 'Slave_IO_Running') === 'No') ||
      (text(row, 'Last_SQL_Error') !== '' && text(row, 'Replica_SQL_Running', 'Slave_SQL_Running') === 'No'),
    ...(stoppedBy !== undefined && { stoppedBy }),
    delaySeconds: figure(row, 'SQL_Delay') ?? 0,
    filters: filtersOfChannel(row),
    status: {
      side,
      configured: true,
      channel,
      source: sourceHost,
      receiving: text(row, 'Replica_IO_Running', 'Slave_IO_Running') === 'Yes',
      applying: text(row, 'Replica_SQL_Running', 'Slave_SQL_Running') === 'Yes',
      ...(lag === undefined ? {} : { lagSeconds: lag }),
      ...(file === ''
        ? {}
        : {
            applied: {
              file,
              position: figure(row, 'Exec_Source_Log_Pos', 'Exec_Master_Log_Pos') ?? 0,
              ...(gtid === '' ? {} : { gtid }),
            },
          }),
      ...(error === '' ? {} : { error }),
    },
  };
}

function whatStopped(error: number): Replica['stoppedBy'] {
  if (thereAlready.includes(error)) return 'there already';
  return notThere.includes(error) ? 'not there' : undefined;
}

/** What stopped it. An applier's error quotes rows and statements; their values stay where they are. */
async function errorOf(row: Row, session: Session): Promise<string> {
  const receiving = text(row, 'Last_IO_Error');
  const applying = withoutValues(text(row, 'Last_SQL_Error'));
  const ofWorker = applying.includes('replication_applier_status_by_worker') ? await workersError(session) : '';
  return [receiving, ofWorker === '' ? applying : ofWorker].filter((part) => part !== '').join('; ');
}

/** Of several appliers the coordinator says only that one has failed, and where to look. */
async function workersError(session: Session): Promise<string> {
  const row = await session.row(
    `SELECT last_error_message AS error FROM performance_schema.replication_applier_status_by_worker
     WHERE last_error_number <> 0 ORDER BY last_error_timestamp DESC LIMIT 1`,
  );
  return withoutValues(text(row, 'error'));
}

/** An apostrophe, or a quotation around quotations, would turn outside in. */
function withoutValues(error: string): string {
  return error
    .replace(/\.? ?Query: .*/s, '')
    .replace(/Error '(.*)' on query/s, 'Error “$1” on query')
    .replace(/\b(can|doesn|event)'(t|s)\b/gi, '$1’$2')
    .replace(/'[^']*'/g, "'…'");
}
