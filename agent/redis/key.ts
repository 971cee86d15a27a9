import { randomBytes } from 'node:crypto';
import { shownDigest } from '../shown-digest';

/** A key as a map's key: one character a byte, so that any bytes are kept apart at a byte each. */
export type KeyName = string;

export function nameOf(key: Buffer): KeyName {
  return key.toString('latin1');
}

export function bytesOf(name: KeyName): Buffer {
  return Buffer.from(name, 'latin1');
}

/** How results and logs name a key. */
export function keyHash(key: Buffer): string {
  return shownDigest(key);
}

/** Where a big key is assembled before it takes its place. */
const TEMPORARY_PREFIX = 'cdk-cutover:assembling:';

export function temporaryKey(): Buffer {
  return Buffer.from(`${TEMPORARY_PREFIX}${randomBytes(12).toString('hex')}`);
}

/** What the agent last left on a side that clients write to as well, by key: see `Baseline`. The prefix of its buckets too. */
export const BASELINE_KEY = 'cdk-cutover:baseline';

/** The relay's marker, which says on each side whether clients are there: it has one of these names. See docs/relay.md. */
const MARKER_PREFIX = 'cdk-cutover:relay:';
export const MARKER_STATES = ['serves', 'leaving', 'asked', 'left'] as const;
export type MarkerState = (typeof MARKER_STATES)[number];

export function markerKey(state: MarkerState): string {
  return `${MARKER_PREFIX}${state}`;
}

export const MARKER_KEYS: readonly string[] = MARKER_STATES.map(markerKey);

/** ElastiCache's own key, which every node keeps for itself. */
export const ELASTICACHE_KEY = 'ElastiCacheMasterReplicationTimestamp';

const TEMPORARY_BYTES = Buffer.from(TEMPORARY_PREFIX);
const BASELINE_BYTES = Buffer.from(BASELINE_KEY);
const MARKER_BYTES = Buffer.from(MARKER_PREFIX);
const ELASTICACHE_BYTES = Buffer.from(ELASTICACHE_KEY);

/** Whether a key is the clients' data: neither ElastiCache's nor one of the agent's own (on either side). */
export function isClientKey(key: Buffer): boolean {
  const first = key[0];
  if (first === TEMPORARY_BYTES[0]) {
    return !isTemporary(key) && !startsWith(key, BASELINE_BYTES) && !startsWith(key, MARKER_BYTES);
  }
  return first !== ELASTICACHE_BYTES[0] || !key.equals(ELASTICACHE_BYTES);
}

export function isTemporary(key: Buffer): boolean {
  return key.length > TEMPORARY_BYTES.length && startsWith(key, TEMPORARY_BYTES);
}

function startsWith(key: Buffer, prefix: Buffer): boolean {
  return key.length >= prefix.length && prefix.compare(key, 0, prefix.length) === 0;
}
