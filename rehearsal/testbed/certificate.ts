import { generate } from 'selfsigned';

/** PEM texts. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

const KEY_BITS = 2048;
/** Subject alternative names of the kind dNSName (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2;

/** A certificate that is its own authority, made out to these names: AWS's are made out to its endpoints. */
export async function certificateFor(names: readonly string[]): Promise<ServerCertificate> {
  const [first = 'localhost'] = names;
  const { cert, private: key } = await generate([{ name: 'commonName', value: first.slice(0, 64) }], {
    keySize: KEY_BITS,
    extensions: [{ name: 'subjectAltName', altNames: [...new Set(names)].map((value) => ({ type: DNS_NAME, value })) }],
  });
  return { certificate: cert, key, authority: cert };
}
