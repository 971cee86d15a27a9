import type { Finding, Severity } from '../contract';
import type { DatabasePreflightResult } from '../database-contract';
import type { Databases } from '../databases';
import type { Report, Verb } from '../verb';
import { checkActivity } from './preflight/activity';
import { checkBeginning } from './preflight/beginning';
import { checkBinlog } from './preflight/binlog';
import { checkConnections } from './preflight/capacity';
import { checkIdentity } from './preflight/identity';
import { checkObjects } from './preflight/objects';
import { checkReplication } from './preflight/replication';
import { checkReplicationUser } from './preflight/replication-user';
import { checkSettings } from './preflight/settings';
import { type Survey, surveySide } from './preflight/survey';
import { checkTables } from './preflight/tables';
import { checkUsers } from './preflight/users';
import { withSession } from './session';

/** Reads both sides and says what would go wrong. A side that cannot be reached or signed in to fails the verb. */
export const preflight: Verb<Databases, 'mysql.preflight'> = async (databases, args, report) =>
  withSession(databases.endpoints[args.from], 'preflight', async (source) => {
    report.progress({ phase: 'Surveying', done: 0 });
    const survey = {
      args,
      from: await surveySide(databases, args.from, source),
      toEndpoint: databases.endpoints[args.to],
    };
    if (args.fromOnly) return inspect(survey, report);
    return withSession(databases.endpoints[args.to], 'preflight', async (target) =>
      inspect({ ...survey, to: await surveySide(databases, args.to, target) }, report),
    );
  });

const checks: readonly ((survey: Survey) => Promise<readonly Finding[]> | readonly Finding[])[] = [
  ...[
    checkIdentity,
    checkReplication,
    checkReplicationUser,
    checkBinlog,
    checkBeginning,
    checkTables,
    checkObjects,
    checkUsers,
  ],
  ...[checkActivity, checkConnections, checkSettings],
];

async function inspect(survey: Survey, report: Report): Promise<DatabasePreflightResult> {
  const findings: Finding[] = [];
  for (const [done, check] of checks.entries()) {
    report.signal.throwIfAborted();
    report.progress({ phase: 'Checking', done, total: checks.length });
    findings.push(...(await check(survey)));
  }
  return resultOf(survey, findings);
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function resultOf({ from }: Survey, findings: readonly Finding[]): DatabasePreflightResult {
  return {
    findings: [...findings].sort((one, other) => order[one.severity] - order[other.severity]),
    errors: findings.filter(({ severity }) => severity === 'error').length,
    tables: from.tables.length,
    bytes: from.tables.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
