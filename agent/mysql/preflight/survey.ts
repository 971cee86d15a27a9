import type { Side } from '../../../contract/common';
import type { DatabasePreflightArgs } from '../../../contract/database';
import type { DatabaseCredential, Databases, ResolvedDatabase } from '../../sql/databases';
import { type Connected, connectedClients } from '../connected';
import { serverId } from '../following';
import { type Replica, replicasOf } from '../replicas';
import { figure, text } from '../result-row';
import type { Session } from '../session';
import { type SurveyedTable, surveyTables } from './surveyed-tables';

/** What one side says of itself, asked once for all checks. */
export interface SurveyedSide {
  readonly side: Side;
  readonly endpoint: ResolvedDatabase;
  /** Who the other side replicates from this one as. */
  readonly replicationCredential: DatabaseCredential;
  /** `blue (host:port)`, for messages. */
  readonly where: string;
  readonly session: Session;
  readonly serverId: number;
  /** The server's global variables. */
  readonly variables: ReadonlyMap<string, string>;
  readonly replicas: readonly Replica[];
  readonly tables: readonly SurveyedTable[];
  readonly clients: readonly Connected[];
  /** How far its clock is ahead of this host's, in milliseconds. */
  readonly clockAheadMs: number;
}

/** The converting replica as the checks of the two sides see it. */
export interface SurveyedConverting {
  readonly session: Session;
  readonly serverId: number;
  readonly host: string;
  readonly port: number;
}

/** Everything the checks of a preflight go by. */
export interface Survey {
  readonly args: DatabasePreflightArgs;
  readonly from: SurveyedSide;
  /** Absent: it does not exist yet. */
  readonly to?: SurveyedSide;
  /** What `to` is, or is to be. */
  readonly toEndpoint: ResolvedDatabase;
  /** Absent: `to` follows `from` itself. */
  readonly converting?: SurveyedConverting;
}

export async function surveySide(databases: Databases, side: Side, session: Session): Promise<SurveyedSide> {
  const clockAheadMs = await clockAhead(session);
  const rows = await session.query('SHOW GLOBAL VARIABLES');
  return {
    side,
    endpoint: databases.endpoints[side],
    replicationCredential: databases.replicationCredential(side),
    where: `${side} (${session.where})`,
    session,
    serverId: await serverId(session),
    variables: new Map(rows.map((row) => [text(row, 'Variable_name'), text(row, 'Value')])),
    replicas: await replicasOf(session, side),
    tables: await surveyTables(session),
    clients: await connectedClients(session),
    clockAheadMs,
  };
}

/** The server's time compared with the middle of the time that asking took. */
async function clockAhead(session: Session): Promise<number> {
  const asked = Date.now();
  const row = await session.row('SELECT UNIX_TIMESTAMP(SYSDATE(3)) AS now');
  return (figure(row, 'now') ?? 0) * 1000 - (asked + Date.now()) / 2;
}

/** The sides that are there. */
export function sidesOf({ from, to }: Survey): readonly SurveyedSide[] {
  return to === undefined ? [from] : [from, to];
}

export function isOn(side: SurveyedSide, variable: string): boolean {
  return /^(ON|1|YES)$/i.test(side.variables.get(variable) ?? '');
}
