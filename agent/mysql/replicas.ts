import type { Side } from '../contract';
import type { ReplicaStatus } from '../database-contract';
import { figure, type Row, text } from './row';
import type { Session } from './session';

/** One channel on which a server replicates, or is configured to. */
export interface Replica {
  /** '' for the default one. */
  readonly channel: string;
  readonly sourceHost: string;
  readonly sourcePort: number;
  /** `server_id` of the source, 0 while it was never reached. */
  readonly sourceServerId: number;
  /** Its filters by name, those that are set. */
  readonly filters: readonly string[];
  readonly status: ReplicaStatus;
}

const filters = ['Do_DB', 'Ignore_DB', 'Do_Table', 'Ignore_Table', 'Wild_Do_Table', 'Wild_Ignore_Table'];

/** Every channel that is configured, running or not. */
export async function replicasOf(session: Session, side: Side): Promise<readonly Replica[]> {
  const rows = await session.query(session.dialect.replicaStatement);
  return rows.filter((row) => text(row, 'Source_Host', 'Master_Host') !== '').map((row) => replicaOf(row, side));
}

function replicaOf(row: Row, side: Side): Replica {
  const channel = text(row, 'Channel_Name', 'Connection_name');
  const sourceHost = text(row, 'Source_Host', 'Master_Host');
  const lag = figure(row, 'Seconds_Behind_Source', 'Seconds_Behind_Master');
  const file = text(row, 'Relay_Source_Log_File', 'Relay_Master_Log_File');
  const gtid = text(row, 'Executed_Gtid_Set').replaceAll('\n', '');
  const error = errorOf(row);
  return {
    channel,
    sourceHost,
    sourcePort: figure(row, 'Source_Port', 'Master_Port') ?? 0,
    sourceServerId: figure(row, 'Source_Server_Id', 'Master_Server_Id') ?? 0,
    filters: filters
      .map((filter) => `Replicate_${filter}`)
      .filter((filter) => text(row, filter) !== '')
      .map((filter) => `${filter}=${text(row, filter)}`),
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

/** What stopped it. An applier's error quotes rows and statements; their values stay where they are. */
function errorOf(row: Row): string {
  const receiving = text(row, 'Last_IO_Error');
  const applying = text(row, 'Last_SQL_Error');
  const applier = applying.replace(/\.? ?Query: .*/s, '').replace(/'[^']*'/g, "'…'");
  return [receiving, applier].filter((part) => part !== '').join('; ');
}
