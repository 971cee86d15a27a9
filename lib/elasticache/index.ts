export * from './authentication';
export * from './cache';
export * from './cache-base';
export * from './engine';
export { CacheNodeCategory, CacheProcessor } from './node-families';
export * from './node-type';
export * from './replication-group';
export * from './replication-group-props';
export * from './transit-encryption';
