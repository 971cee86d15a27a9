import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { RedisContext } from '../context';
import { findingsOfCertificate } from '../relay/certificate';

/** Whether clients that come by TLS will be served by the relay. */
export async function checkRelayCertificate({
  relayCertificate,
  recordName,
  now,
}: Pick<RedisContext, 'relayCertificate' | 'recordName' | 'now'>): Promise<readonly Finding[]> {
  if (relayCertificate === undefined) return [];
  try {
    return findingsOfCertificate(await relayCertificate(), recordName, now());
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    return [
      {
        id: 'redis.relay-certificate',
        severity: 'error',
        message: error.message,
        remedy: 'Correct the secret of relay.certificate: docs/relay.md says what it holds.',
      },
    ];
  }
}
