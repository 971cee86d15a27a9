import type { DbCluster, DbInstance } from '../database';
import type { Databases } from '../databases';
import type { Deployment, ExternalSystems } from './deployments';

/**
 * Gives green blue's names and endpoints, and blue those of an old one: `-old1`, or the next number that is free.
 * Resource ids stay with the data.
 *
 * @returns what puts all of it back.
 */
export function exchangeNames({ clusters, instances }: Deployment, databases: Databases): () => void {
  const before = [
    ...[clusters.blue, clusters.green].map((cluster) => ({ database: cluster, kept: namesOf(cluster) })),
    ...instances.flatMap(({ blue, green }) =>
      [blue, green].map((instance) => ({ database: instance, kept: namesOf(instance) })),
    ),
  ];
  exchangeClusters(clusters, databases);
  for (const pair of instances) exchangeInstances(pair, databases);
  return () => {
    for (const { database, kept } of before) Object.assign(database, kept);
  };
}

function exchangeClusters({ blue, green }: ExternalSystems<DbCluster>, databases: Databases): void {
  const { identifier, endpoint, readerEndpoint, tags } = blue;
  blue.identifier = oldName(
    identifier,
    databases.clusters.map((cluster) => cluster.identifier),
  );
  blue.endpoint = databases.clusterEndpoint(blue.identifier);
  blue.readerEndpoint = databases.clusterReaderEndpoint(blue.identifier);
  Object.assign(green, { identifier, endpoint, readerEndpoint, tags });
}

function exchangeInstances({ blue, green }: ExternalSystems<DbInstance>, databases: Databases): void {
  const { identifier, endpoint } = blue;
  blue.identifier = oldName(
    identifier,
    databases.instances.map((instance) => instance.identifier),
  );
  blue.endpoint = databases.instanceEndpoint(blue.identifier);
  Object.assign(green, { identifier, endpoint });
}

function oldName(name: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const candidate = `${name}-old${number}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

function namesOf(database: DbCluster | DbInstance): Partial<DbCluster> {
  const { identifier, endpoint } = database;
  if (!('readerEndpoint' in database)) return { identifier, endpoint };
  return { identifier, endpoint, readerEndpoint: database.readerEndpoint, tags: database.tags };
}
