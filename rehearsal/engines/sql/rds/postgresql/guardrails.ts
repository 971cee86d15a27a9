import type { Client } from 'pg';
import { NOT_USERS } from './client-access';
import { changesBetween, type Definitions, definitionsOn } from './definitions';
import type { LogicalReplication } from './logical-replication';
import { signedIn } from './signed-in';

const MAX_LAG_SECONDS = 60;
const USERS = `backend_type = 'client backend' AND usename <> ALL ($1)`;

export interface GuardrailLimits {
  /** A write that has run for longer keeps green behind. */
  readonly longRunningSeconds: number;
  /** Blue's when green was made. */
  readonly definitions: Definitions;
}

/**
 * What RDS checks before it switches over, as far as a server can tell.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
 */
export async function findingsOn(
  replication: LogicalReplication,
  { longRunningSeconds, definitions }: GuardrailLimits,
): Promise<readonly string[]> {
  const { source, target } = replication;
  const findings = [
    ...(await signedIn(source, (client) => externalReplication(client))),
    ...(await signedIn(source, (client) => longRunningWrites(client, longRunningSeconds))),
    ...(await signedIn(target, (client) => activeWrites(client))),
  ];
  const changed = changesBetween(definitions, await definitionsOn(source));
  if (changed.length > 0) {
    findings.push(
      `Data definition language (DDL) changes aren't supported for blue/green deployments, nor are changes of large objects: ${changed.slice(0, 3).join(', ')}. The green databases have the status REPLICATION_DEGRADED. Delete the blue/green deployment with its green databases and create it again.`,
    );
  }
  if (!(await replication.isWorking())) {
    findings.push('Replication of the green environment is not healthy: a subscription has no worker.');
  } else {
    findings.push(...(await signedIn(source, (client) => lag(client))));
  }
  return findings;
}

async function externalReplication(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ what: string }>(
    `SELECT 'the subscription ' || subname AS what FROM pg_subscription
     UNION ALL
     SELECT 'the slot ' || slot_name FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
     WHERE slot_type = 'logical' AND (a.usename IS NULL OR a.usename <> ALL ($1)) AND slot_name NOT LIKE 'rds%'`,
    [NOT_USERS],
  );
  if (rows.length === 0) return [];
  return [
    `Switchover was canceled due to external replication on the blue environment: ${rows.map(({ what }) => what).join(', ')}. Drop it.`,
  ];
}

async function longRunningWrites(client: Client, seconds: number): Promise<readonly string[]> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_stat_activity WHERE ${USERS} AND backend_xid IS NOT NULL
       AND xact_start < now() - make_interval(secs => $2)`,
    [NOT_USERS, seconds],
  );
  return rowCount ? [`There are ${rowCount} long running active writes on the blue environment.`] : [];
}

async function activeWrites(client: Client): Promise<readonly string[]> {
  const { rowCount } = await client.query(`SELECT FROM pg_stat_activity WHERE ${USERS} AND backend_xid IS NOT NULL`, [
    NOT_USERS,
  ]);
  return rowCount ? [`There are ${rowCount} active writes on the green environment.`] : [];
}

async function lag(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ seconds: number }>(
    'SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 AS seconds FROM pg_stat_replication',
  );
  const seconds = rows[0]?.seconds ?? 0;
  return seconds > MAX_LAG_SECONDS
    ? [`The replica lag of the green environment is ${Math.round(seconds)} seconds.`]
    : [];
}
