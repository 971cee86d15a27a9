export * from './aurora';
export * from './batch';
export * from './checks';
export * from './cutover';
export * from './elasticache';
export * from './workloads';
