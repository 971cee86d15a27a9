import { Port } from 'aws-cdk-lib/aws-ec2';
import type { HttpRequestOfCheck } from '../../contract/common';
import { httpsPeersOf } from '../cutover/host/host-instance-choice';
import type { MigrationHost } from '../cutover/host/migration-host';
import type { MigrationHostOptions } from '../cutover/host/migration-host-options';
import type { ICheck } from './check-kind';

const HTTPS = 443;

/** The requests that the migration host sends. */
export function requestsOf(checks: readonly ICheck[]): HttpRequestOfCheck[] {
  return checks.flatMap(({ _request }) => _request ?? []);
}

/**
 * Lets the host out to the ports of its requests; 443 is open anyway. Where it is stated whom it may reach there, these ports
 * lead to nobody else either: it may read both sides' secrets. Who lets it in is the application's to say.
 */
export function reachApplications(
  host: MigrationHost,
  checks: readonly ICheck[],
  options: Pick<MigrationHostOptions, 'httpsPeers'> = {},
): void {
  const ports = new Set(requestsOf(checks).map(({ url }) => portOf(url)));
  ports.delete(HTTPS);
  for (const port of ports) {
    for (const peer of httpsPeersOf(options)) {
      host.connections.allowTo(peer, Port.tcp(port), `Requests of checks, port ${port}`);
    }
  }
}

/** The name in it may be a token, which has no colon; of a URL that is one altogether, https is assumed. */
function portOf(url: string): number {
  const [, scheme = 'https', port] = /^(https?):\/\/[^/:?#]*(?::(\d+))?/.exec(url) ?? [];
  return port === undefined ? (scheme === 'http' ? 80 : HTTPS) : Number(port);
}
