import { agentMetric, type LagMetric, WORST_LAG_SECONDS } from '../../cutover/monitoring/migration-alarms';
import type { ReplicationGraph } from '../../cutover/monitoring/migration-dashboard';

/** In milliseconds, as the agent measures it. */
export function replicationLag(migrationName: string): LagMetric {
  return {
    metric: agentMetric(migrationName, 'ReplicationLag', 'Replication lag'),
    threshold: WORST_LAG_SECONDS * 1000,
  };
}

/** How the agent's copy goes. */
export function replicationGraphs(migrationName: string): ReplicationGraph[] {
  const metric = (name: string, label: string) => agentMetric(migrationName, name, label);
  return [
    { title: 'Replication lag (ms)', metric: metric('ReplicationLag', 'Lag') },
    { title: 'Keys still to apply', metric: metric('DirtyKeys', 'Keys') },
    { title: 'Conflicts (LIVE)', metric: metric('Conflicts', 'Keys') },
  ];
}
