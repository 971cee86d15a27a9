/** What Application Auto Scaling calls the readers of Aurora clusters. */
export const SCALED_READERS = { ServiceNamespace: 'rds', ScalableDimension: 'rds:cluster:ReadReplicaCount' } as const;
