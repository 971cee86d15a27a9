import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import { TransitEncryption } from '../cache/transit-encryption';
import type { IMemcachedCluster } from './memcached';

/** What clients that come over by DNS must find unchanged. */
export function checkMemcachedReplacement(successor: IMemcachedCluster, replaced: IMemcachedCluster): void {
  if (successor.engine.isDowngradeFrom(replaced.engine)) {
    throw new ValidationError(
      `Got ${successor.engine} to replace ${replaced.engine}, which is a downgrade. Accepted are ${replaced.engine} and later: take CacheEngine.memcached('1.6.22').`,
    );
  }
  const [port, before] = [successor.endpointPort, replaced.endpointPort];
  if (!Token.isUnresolved(port) && !Token.isUnresolved(before) && port !== before) {
    throw new ValidationError(
      `Got port ${port}, but the cluster it replaces listens on ${before}. A DNS record carries no port, so its clients will come to ${before}: state port: ${before}.`,
    );
  }
  if (successor.transitEncryption === replaced.transitEncryption) return;
  const [speak, wanted] =
    replaced.transitEncryption === TransitEncryption.NONE ? ['plaintext', 'NONE'] : ['TLS', 'REQUIRED'];
  throw new ValidationError(
    `Got transitEncryption ${successor.transitEncryption.toUpperCase()}, but clients of the cluster it replaces speak ${speak} and would be refused. Memcached takes no both: state transitEncryption: TransitEncryption.${wanted}.`,
  );
}
