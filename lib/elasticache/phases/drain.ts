import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../../cutover/phase';
import { type CacheSteps, FORTH } from './cache-steps';
import { compareKeys } from './replicate';

/** Nothing is written to the old side any more: what is still on its way arrives. */
export function drain({ scope, agent }: CacheSteps): Phase {
  return {
    name: 'Drain',
    role: 'drain',
    purpose: 'Waits until everything that was written to the old side is on the new one.',
    forward: agent.task(scope, 'Wait until nothing is left to apply', {
      verb: 'redis.drain',
      args: { ...FORTH, timeoutSeconds: 300 },
      timeout: Duration.minutes(6),
    }),
  };
}

/** The freeze pays for what changed, not for what is there: all was compared before. */
export function verify(steps: CacheSteps): Phase {
  return {
    name: 'Verify',
    role: 'verify',
    purpose: 'Compares the keys that changed since everything was compared.',
    forward: compareKeys(steps, 'Compare what changed', 'delta', Duration.minutes(6)),
  };
}
