import { Token } from 'aws-cdk-lib';
import { warn } from '../../cutover/annotations';
import { ValidationError } from '../../validation-error';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import type { CacheEngine } from '../engine/engine';

/**
 * What clients that come over by DNS, and the data that comes with them, must find unchanged. A record changes the host
 * that a name leads to, and nothing else that a client is configured with.
 */
export function checkReplacement(successor: ICache, replaced: ICache): void {
  assertNoDowngrade(successor.engine, replaced.engine);
  assertSameClusterMode(successor, replaced);
  assertSamePort(successor.endpointPort, replaced.endpointPort);
  assertClientsCanConnect(successor.transitEncryption, replaced.transitEncryption);
  warnOfOtherCredentials(successor, replaced);
}

function assertNoDowngrade(engine: CacheEngine, replaced: CacheEngine): void {
  if (!engine.isDowngradeFrom(replaced)) return;
  throw new ValidationError(
    `Got ${engine} to replace ${replaced}, which is a downgrade: commands and data types of ${replaced} are missing in ` +
      `it. Accepted are ${replaced} and later, and any Valkey in place of Redis. Take CacheEngine.valkey('8.1').`,
  );
}

function assertSameClusterMode(successor: ICache, replaced: ICache): void {
  if (successor.clusterMode === replaced.clusterMode) return;
  const [on, off] = successor.clusterMode
    ? ['this group', 'the cache it replaces']
    : ['the cache it replaces', 'this group'];
  throw new ValidationError(
    `Cluster mode is enabled on ${on} and disabled on ${off}. A client speaks either protocol, and a cluster has one ` +
      `logical database: clients cannot be moved between them by DNS. ${
        successor.clusterMode ? 'Leave numShards out.' : 'State numShards.'
      }`,
  );
}

function assertSamePort(port: number, replaced: number): void {
  if (Token.isUnresolved(port) || Token.isUnresolved(replaced) || port === replaced) return;
  throw new ValidationError(
    `Got port ${port}, but the cache it replaces listens on ${replaced}. A DNS record carries no port, so its clients ` +
      `will come to ${replaced}: state port: ${replaced}.`,
  );
}

function assertClientsCanConnect(encryption: TransitEncryption, replaced: TransitEncryption): void {
  const { NONE, PREFERRED, REQUIRED } = TransitEncryption;
  if (encryption === NONE && replaced === REQUIRED) {
    throw new ValidationError(
      'Got transitEncryption NONE, but clients of the cache it replaces speak TLS and would be refused. State ' +
        'transitEncryption: TransitEncryption.REQUIRED, or PREFERRED to accept plaintext as well.',
    );
  }
  if (encryption === REQUIRED && replaced === NONE) {
    throw new ValidationError(
      'Got transitEncryption REQUIRED, but clients of the cache it replaces speak plaintext and would be refused. State ' +
        'transitEncryption: TransitEncryption.PREFERRED (Redis 7.0 and later, Valkey), and REQUIRED once they have changed.',
    );
  }
  if (encryption === NONE && replaced === PREFERRED) {
    throw new ValidationError(
      'Got transitEncryption NONE, but clients of the cache it replaces may speak TLS (PREFERRED) and would be refused. ' +
        'State transitEncryption: TransitEncryption.PREFERRED.',
    );
  }
}

/** Not an error: some clients take "no password is set" for a success, and user groups can admit anyone who gives none. */
function warnOfOtherCredentials(successor: ICache, replaced: ICache): void {
  const before = replaced.authSecret?.secretArn;
  const after = successor.authSecret?.secretArn;
  if (before === after) return;
  const another = before === undefined ? 'with a secret' : 'with another secret';
  const message =
    `Clients log in to ${replaced.node.path} ${before === undefined ? 'without a secret' : 'with one secret'}, and to ` +
    `${successor.node.path} ${after === undefined ? 'without a secret' : another}. A DNS record does not change what they ` +
    'send: give both the same secret, or see that every client gets along with either.';
  // Checked when the successor is made, and once more by the migration between the two.
  if (successor.node.metadata.some(({ data }) => String(data).startsWith(message))) return;
  warn(successor, 'cdk-cutover:CredentialsDiffer', message);
}
