import type { Finding, Side } from '../../contract/common';
import type { DatabasePreflightArgs, DatabasePreflightResult } from '../../contract/database';
import { told } from '../findings';
import { type Databases, placeOf, type ResolvedDatabase } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { serverBetween } from './chain';
import { hasNoConnectionLeft } from './explain';
import { serverId } from './following';
import { checkActivity } from './preflight/activity';
import { checkBeginning } from './preflight/beginning';
import { checkBinlog } from './preflight/binlog';
import { checkConnections, noConnectionLeft } from './preflight/capacity';
import { checkCascades } from './preflight/cascades';
import { checkConverting } from './preflight/converting';
import { checkEvents } from './preflight/events';
import { checkIdentity } from './preflight/identity';
import { checkLogReaders } from './preflight/log-readers';
import { checkObjects } from './preflight/objects';
import { checkPrivileges } from './preflight/privileges';
import { checkReplication } from './preflight/replication';
import { checkReplicationUser } from './preflight/replication-user';
import { checkSettings } from './preflight/settings';
import { checkStrays } from './preflight/strays';
import { type Survey, type SurveyedConverting, surveySide } from './preflight/survey';
import type { SurveyedTable } from './preflight/surveyed-tables';
import { checkTables } from './preflight/tables';
import { checkUsers } from './preflight/users';
import { Session, withSession } from './session';

/**
 * Reads both sides and says what would go wrong. A side that cannot be reached or signed in to fails the verb; one that has
 * no connection left answers, and says what is to be done.
 */
export const preflight: Verb<Databases, 'mysql.preflight'> = async (databases, args, report) => {
  const { [args.from]: from, [args.to]: to } = databases.endpoints;
  return withRoom(from, args.from, async (source) => {
    if (args.fromOnly) return look({ databases, args, report, source });
    return withRoom(to, args.to, async (target) => {
      const over = await serverBetween(databases, args, { from: source, to: target });
      if (over === undefined) return look({ databases, args, report, source, target });
      return withSession(over, 'preflight', (converting) =>
        look({ databases, args, report, source, target, converting }),
      );
    });
  });
};

async function withRoom(
  endpoint: ResolvedDatabase,
  side: Side,
  use: (session: Session) => Promise<DatabasePreflightResult>,
): Promise<DatabasePreflightResult> {
  let session: Session;
  try {
    session = await Session.open(endpoint, 'preflight');
  } catch (error) {
    if (!hasNoConnectionLeft(error)) throw error;
    return resultOf([], [noConnectionLeft(side, placeOf(endpoint, endpoint.host))]);
  }
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

interface Looked {
  readonly databases: Databases;
  readonly args: DatabasePreflightArgs;
  readonly report: Report;
  readonly source: Session;
  readonly target?: Session;
  readonly converting?: Session;
}

/** With too few privileges nothing else could be seen as it is. */
async function look({ databases, args, report, source, target, converting }: Looked): Promise<DatabasePreflightResult> {
  report.progress({ phase: 'Looking at the privileges', done: 0 });
  const { [args.from]: fromEndpoint, [args.to]: toEndpoint } = databases.endpoints;
  const privileges = [
    ...(await checkPrivileges(args.from, fromEndpoint, source)),
    ...(target === undefined ? [] : await checkPrivileges(args.to, toEndpoint, target)),
  ];
  if (privileges.some(({ severity }) => severity === 'error')) return resultOf([], privileges);
  report.progress({ phase: 'Surveying', done: 0 });
  const from = await surveySide(databases, args.from, source);
  const to = target === undefined ? {} : { to: await surveySide(databases, args.to, target) };
  const between = converting === undefined ? {} : { converting: await surveyConverting(databases, converting) };
  const survey = { args, from, ...to, toEndpoint, ...between };
  const findings = await inspect(survey, report);
  const ofConverting =
    survey.converting === undefined ? [] : await checkConverting(databases, survey, survey.converting, report);
  return resultOf(from.tables, [...privileges, ...findings, ...ofConverting]);
}

async function surveyConverting(databases: Databases, session: Session): Promise<SurveyedConverting> {
  const { host, port } = databases.requireConverting().endpoint;
  return { session, serverId: await serverId(session), host, port };
}

const checks: readonly ((survey: Survey) => Promise<readonly Finding[]> | readonly Finding[])[] = [
  ...[
    checkIdentity,
    checkReplication,
    checkReplicationUser,
    checkLogReaders,
    checkBinlog,
    checkCascades,
    checkBeginning,
    checkStrays,
    checkTables,
    checkObjects,
    checkEvents,
    checkUsers,
  ],
  ...[checkActivity, checkConnections, checkSettings],
];

async function inspect(survey: Survey, report: Report): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [done, check] of checks.entries()) {
    report.signal.throwIfAborted();
    report.progress({ phase: 'Checking', done, total: checks.length });
    findings.push(...(await check(survey)));
  }
  return findings;
}

function resultOf(tables: readonly SurveyedTable[], findings: readonly Finding[]): DatabasePreflightResult {
  return {
    ...told(findings),
    tables: tables.length,
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
