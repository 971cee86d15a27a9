import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

/**
 * `A` is every class of event that changes a key (g$lshzxe, from 5.0 also t, from 6.0 also d): generic commands,
 * every type, expiry and eviction. Left out of it on purpose are `m` (key misses, which reads cause) and `n` (7.0: a
 * key is new, which the writing command's own event says already). `K` and `E` are the two channels, by key and by
 * event; without one of them nothing is published. The letters' order is the engine's own, so that CONFIG GET gives
 * this very text.
 */
export const KEYSPACE_EVENTS = 'AKE';

const CLASSES_OF_A = 'g$lshzxet';

/** More may be asked for, not less: an event that is not published is a change that is not followed. */
export function keyspaceEvents(stated: string | undefined): string {
  if (stated === undefined) return KEYSPACE_EVENTS;
  if (Token.isUnresolved(stated)) return stated;
  const all = stated.includes('A') || [...CLASSES_OF_A].every((letter) => stated.includes(letter));
  if (all && stated.includes('K') && stated.includes('E')) return stated;
  throw new ValidationError(
    `Got notify-keyspace-events '${stated}'. Accepted is ${KEYSPACE_EVENTS} with or without further letters, because a ` +
      'migration follows changes by these events. Leave the parameter out, or add the missing letters.',
  );
}
