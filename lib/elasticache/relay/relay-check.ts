import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import type { RedisMigrationProps } from '../migration/cache-migration-kind';
import { CacheConsistency } from '../migration/consistency';

const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** The agent is no root: it may listen on these and above. */
const FIRST_FREE_PORT = 1024;

/** The default quota. @see docs/aws-facts.md#ec2-groups-per-interface */
const GROUPS_OF_AN_INTERFACE = 5;

/** What a relay cannot carry is refused where it was typed. */
export function checkRelay(props: RedisMigrationProps): void {
  if (props.relay === undefined) return;
  const { blue, green } = props;
  assertFenced(props);
  for (const [side, cache] of Object.entries({ blue, green })) assertCertificate(side, cache, props);
  assertSameCredentials(blue, green);
  assertPort(blue);
  assertGroups(blue);
  assertPause(props);
}

function assertFenced({ consistency }: RedisMigrationProps): void {
  if (consistency === CacheConsistency.FENCED) return;
  throw new ValidationError(
    `relay: got it at ${consistency}; accepted at FENCED only, because clients of a relay are never on both sides. Use CacheConsistency.FENCED, or leave relay out.`,
  );
}

/** Clients speak to the relay as they speak to the caches. */
function assertCertificate(side: string, { transitEncryption }: ICache, { relay }: RedisMigrationProps): void {
  const isEncrypted = transitEncryption !== TransitEncryption.NONE;
  if (isEncrypted === (relay?.certificate !== undefined)) return;
  throw new ValidationError(
    isEncrypted
      ? `${side}: got transit encryption '${transitEncryption}' with a relay without a certificate; clients come to it by TLS, as to the cache. State relay.certificate, a secret with a certificate for the record's name and its key, or leave relay out.`
      : `${side}: got transit encryption 'none' with relay.certificate; clients that connect by TLS cannot connect to this cache. Leave relay.certificate out, or have both caches encrypt in transit.`,
  );
}

function assertSameCredentials(blue: ICache, green: ICache): void {
  const [old, now] = [blue.authSecret?.secretArn, green.authSecret?.secretArn];
  if (old === now) return;
  throw new ValidationError(
    'blue and green: got different authSecrets with a relay; it signs clients in on green with what they sent to blue. Give both the same secret, or leave relay out.',
  );
}

function assertPort({ endpointPort }: ICache): void {
  if (Token.isUnresolved(endpointPort) || endpointPort >= FIRST_FREE_PORT) return;
  throw new ValidationError(
    `blue: got the port ${endpointPort} with a relay, which listens on the same one; accepted are ${FIRST_FREE_PORT} to 65535, because the agent is no root. Leave relay out.`,
  );
}

/** The host carries them, and its own. */
function assertGroups({ securityGroups }: ICache): void {
  if (securityGroups.length < GROUPS_OF_AN_INTERFACE) return;
  throw new ValidationError(
    `blue: got ${securityGroups.length} security groups with a relay, whose host carries them beside its own; accepted are up to ${GROUPS_OF_AN_INTERFACE - 1}. Merge some, or leave relay out.`,
  );
}

function assertPause({ relay }: RedisMigrationProps): void {
  const { maxPause } = relay ?? {};
  if (maxPause === undefined || maxPause.isUnresolved()) return;
  const ms = maxPause.toMilliseconds();
  if (ms >= MIN_PAUSE_MS && ms <= MAX_PAUSE_MS) return;
  throw new ValidationError(
    `relay.maxPause: got ${ms} ms; accepted are ${MIN_PAUSE_MS} ms to ${MAX_PAUSE_MS / 1000} s, for clients wait so long for an answer. Use Duration.seconds(1).`,
  );
}
