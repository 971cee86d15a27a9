import { generate } from 'selfsigned';
import type { DatabaseTls } from '../../engines/sql/server-settings';

const KEY_BITS = 2048;
/** Subject alternative names of the kind dNSName (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2;

/** A certificate that is its own authority, made out to these names: RDS's are made out to its endpoints. */
export async function certificateFor(names: readonly string[]): Promise<DatabaseTls> {
  const [first = 'localhost'] = names;
  const { cert, private: key } = await generate([{ name: 'commonName', value: first.slice(0, 64) }], {
    keySize: KEY_BITS,
    extensions: [{ name: 'subjectAltName', altNames: [...new Set(names)].map((value) => ({ type: DNS_NAME, value })) }],
  });
  return { certificate: cert, key, authority: cert };
}
