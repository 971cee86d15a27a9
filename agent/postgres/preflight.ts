import type { Finding } from '../../contract/common';
import type { DatabasePreflightArgs, DatabasePreflightResult } from '../../contract/database';
import { AgentError } from '../errors';
import { told } from '../findings';
import type { Databases } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { hasNoConnectionLeft, mayNotConnect } from './explain';
import { checkActivity, checkDelay } from './preflight/activity';
import { checkConnections, noConnectionLeft } from './preflight/capacity';
import { checkCollations } from './preflight/collations';
import { checkExtensions } from './preflight/extensions';
import { checkFence } from './preflight/fence';
import { checkLogicalReplication } from './preflight/logical-replication';
import { checkRole } from './preflight/role';
import { checkSequences } from './preflight/sequences';
import { checkTables, sizeOf } from './preflight/tables';
import { checkVersions } from './preflight/versions';
import { databasesOf, type Session, withSession } from './session';

/**
 * Reads both sides and says what would go wrong. A side that cannot be reached or signed in to fails the verb; one that has
 * no connection left answers, and says what is to be done.
 */
export const preflight: Verb<Databases, 'postgres.preflight'> = async (databases, args, report) => {
  const findings: Finding[] = [];
  try {
    const { tables, bytes } = await look(databases, args, report, findings);
    return resultOf(findings, tables, bytes);
  } catch (error) {
    if (!hasNoConnectionLeft(error) || !(error instanceof AgentError)) throw error;
    return resultOf([...findings, noConnectionLeft(error)], 0, 0);
  }
};

async function look(
  { endpoints }: Databases,
  { from, to, fromOnly }: DatabasePreflightArgs,
  report: Report,
  findings: Finding[],
): Promise<{ readonly tables: number; readonly bytes: number }> {
  return withSession(endpoints[from], 'preflight', async (source) => {
    const databases = await databasesOf(source);
    findings.push(
      ...(await checkRole(source)),
      ...(await checkConnections(source)),
      ...(await checkLogicalReplication(source, databases.length)),
      ...(await checkActivity(source)),
      ...(await checkFence(source)),
    );
    if (!fromOnly) {
      findings.push(
        ...(await withSession(endpoints[to], 'preflight', async (target) => [
          ...(await checkRole(target)),
          ...(await checkConnections(target)),
          ...(await checkDelay(target)),
          ...(await checkVersions(source, target)),
        ])),
      );
    }
    let [tables, bytes] = [0, 0];
    for (const [done, database] of databases.entries()) {
      report.signal.throwIfAborted();
      report.progress({ phase: 'Checking databases', done, total: databases.length });
      const size = await withSession(
        endpoints[from],
        'preflight',
        async (session) => {
          for (const check of checksOfDatabase) findings.push(...(await check(session)));
          return sizeOf(session);
        },
        { database },
      ).catch((error: unknown) => {
        if (!mayNotConnect(error)) throw error;
        findings.push(closed(source, endpoints[from].username, database));
        return { tables: 0, bytes: 0 };
      });
      tables += size.tables;
      bytes += size.bytes;
    }
    return { tables, bytes };
  });
}

function closed({ where }: Session, role: string, database: string): Finding {
  return {
    id: 'postgres.closed-database',
    severity: 'error',
    message: `${where} does not let the agent's role ${role} into the database ${database}: what is in it could not be compared.`,
    remedy: `GRANT CONNECT ON DATABASE "${database.replaceAll('"', '""')}" TO ${role};`,
  };
}

const checksOfDatabase: readonly ((session: Session) => Promise<readonly Finding[]>)[] = [
  checkTables,
  checkExtensions,
  checkSequences,
  checkCollations,
];

function resultOf(findings: readonly Finding[], tables: number, bytes: number): DatabasePreflightResult {
  return {
    ...told(findings),
    tables,
    bytes,
  };
}
