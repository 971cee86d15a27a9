import {
  assertHost,
  assertNoneOf,
  assertPort as assertPortOf,
  type OtherEndpoint,
} from '../../cutover/validations/endpoint';

const OF_ELASTICACHE = String.raw`\.cache\.amazonaws\.com(?:\.cn)?$`;

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html */
const READERS: OtherEndpoint = {
  pattern: new RegExp(String.raw`^(?:replica\..*|[^.]+-ro\.[^.]+\.ng\..*)${OF_ELASTICACHE}`),
  what: 'a reader endpoint, where nobody can write',
  instead: 'State the primary endpoint.',
};

const SERVERLESS: OtherEndpoint = {
  pattern: new RegExp(String.raw`\.serverless\..*${OF_ELASTICACHE}`),
  what: 'a serverless cache',
  instead: 'Accepted are caches of nodes: ElastiCache Serverless lets nobody replicate from it, and has cluster mode.',
};

const CONFIGURATION: OtherEndpoint = {
  pattern: /(?:^|\.)clustercfg\..*\.amazonaws\.com(?:\.cn)?$/,
  what: 'a configuration endpoint, which only a cluster-mode group has',
  instead: 'State numShards, how many shards it has; or the primary endpoint.',
};

export function assertCacheHost(address: string): void {
  assertHost('endpointAddress', address, 'sessions.abc123.0001.euw1.cache.amazonaws.com');
}

/** @param numShards undefined where cluster mode is disabled */
export function assertEndpointOfWrites(address: string, numShards: number | undefined): void {
  assertNoneOf('endpointAddress', address, [READERS, SERVERLESS, ...(numShards === undefined ? [CONFIGURATION] : [])]);
}

export function assertPort(port: number | undefined): void {
  assertPortOf(port, 'Redis and Valkey listen on 6379');
}
