import type { CacheEndpoint } from '../../contract/cache';

/** A cache endpoint with what its secret held. Lives in memory only; never logged, never put into an error. */
export interface ResolvedEndpoint extends CacheEndpoint {
  /** ACL user. Absent with `password` present: the bare AUTH token of the default user. */
  readonly username?: string;
  readonly password?: string;
  /** PEM of the certificate authority, where it is not one of the system's. */
  readonly ca?: string;
  /** The address of this host to connect from. @default - the one that leads there */
  readonly localAddress?: string;
}

/** How messages name an endpoint. */
export function address(endpoint: CacheEndpoint): string {
  return `${endpoint.host}:${endpoint.port}`;
}
