import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../../cutover/machine/phase';
import { drain as drainOf } from '../../cutover/phases/drain';
import { jsonata } from '../../cutover/states/jsonata';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';
import { carryBack } from './carry-back';
import { compareKeys } from './replicate';

export function drain(steps: CacheSteps): Phase {
  return drainOf(steps, {
    purpose: 'Waits until everything that was written to the old side is on the new one.',
    ...(steps.consistency === CacheConsistency.LIVE && {
      done: `{'conflicts': $states.result[0].conflicts}`,
      tells: CONFLICTS,
      ...carryBack(steps),
    }),
  });
}

/** What LIVE gives up is never silent. The drain of an undo counts on from where the one before it was; a recovery tells it too. */
const CONFLICTS = jsonata`
  $journal.conflicts > 0 ? ' ' & $journal.conflicts
  & ' keys were written on both sides while both were open: of each, one write stands and the other is gone.' : ''
`;

/** The freeze pays for what changed, not for what is there: all was compared before. */
export function verify(steps: CacheSteps): Phase {
  return {
    name: 'Verify',
    role: 'verify',
    purpose: 'Compares the keys that changed since everything was compared.',
    forward: compareKeys(steps, 'Compare what changed', 'delta', Duration.minutes(6)),
  };
}
