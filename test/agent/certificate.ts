import { generate } from 'selfsigned';
import type { ServerTls } from '../../rehearsal/engines/redis/server-configuration';

/** A certificate that is its own authority, made out to these names and the local address. */
export async function certificateFor(...names: readonly string[]): Promise<ServerTls> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'localhost' }], {
    keySize: 2048,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2 as const, value })), { type: 7 as const, ip: '127.0.0.1' }],
      },
    ],
  });
  return { certificate: cert, key, authority: cert };
}
