import type { AwsEnvironment } from '../../aws/environment';
import { isRdsEngine } from '../../aws/rds/engine-versions';
import { Rds } from '../../aws/rds/rds';
import type { Side } from '../../report/result';
import type { DatabaseMigration } from '../migration';
import type { Databases } from './databases';
import { ServerBackend } from './server-backend';

/** Milliseconds that a promotion takes beside what the server does. On AWS it restarts the writer. */
const PROMOTION_MS = 500;

/** RDS with both databases in it, as the assembly and what was there before have them; the servers stand behind. */
export function rdsOf(migration: DatabaseMigration, servers: Databases, environment: AwsEnvironment): Rds {
  const sides = new Map<string, Side>();
  const backend = new ServerBackend(servers, (id) => {
    const side = sides.get(id);
    if (side === undefined) throw new Error(`RDS knows ${id}, and no server of the rehearsal stands for it.`);
    return side;
  });
  const rds = new Rds({ environment, backend, durations: { promote: PROMOTION_MS } });
  for (const side of ['blue', 'green'] as const) {
    for (const id of addSide(rds, migration, side)) sides.set(id, side);
  }
  return rds;
}

/** @returns the resource ids of the side */
function addSide({ databases }: Rds, migration: DatabaseMigration, side: Side): string[] {
  const { engine, engineVersion, port, host, readerHost } = migration.configuration[side];
  if (!isRdsEngine(engine)) throw new Error(`${side} is of the engine ${engine}, which RDS does not have.`);
  const { cluster, instances, source } = migration.rds[side];
  const facts = {
    engine,
    engineVersion,
    port,
    endpoint: host,
    securityGroupIds: migration.sides[side].securityGroupIds,
  };
  if (cluster === undefined) {
    return instances.map((instance) => databases.addInstance({ ...facts, ...instance }).resourceId);
  }
  const added = databases.addCluster({
    ...facts,
    identifier: cluster,
    instances,
    ...(readerHost !== undefined && { readerEndpoint: readerHost }),
    ...(source !== undefined && { replicationSource: source }),
  });
  return [added.resourceId, ...databases.members(added).map(({ resourceId }) => resourceId)];
}
