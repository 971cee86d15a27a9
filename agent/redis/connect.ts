import type { ResolvedEndpoint } from './endpoint';
import { Connection, type ConnectionOptions } from './resp/connection';

/** The one way to a server: authenticated, over TLS where configured, and named so that eviction spares it. */
export function connect(endpoint: ResolvedEndpoint, options?: ConnectionOptions): Promise<Connection> {
  return Connection.open(endpoint, options);
}
