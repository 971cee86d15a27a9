export * from './aurora';
export * from './cutover';
export * from './elasticache';
export * from './workloads';
