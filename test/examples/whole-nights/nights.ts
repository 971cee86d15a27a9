import type { CheckBehaviours } from '../../../rehearsal/testbed/checks/check-behaviours';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { synthesizedWithKeys } from './customer-keys';
import { Night } from './night';

/** Other nights, with reads that lag and events that come otherwise: SEED=7 */
export const { SEED = '1' } = process.env;

/** By the states in which they begin. */
export function phasesOf(name: string): readonly string[] {
  const { phases } = findMigration(synthesizedWithKeys(name)).manifest;
  return phases.flatMap(({ states: { own } }) => (own === undefined ? [] : [own]));
}

/** @param behaviours - of what its checks ask; what is not named works */
export async function during(
  name: string,
  perform: (night: Night) => Promise<void>,
  behaviours?: CheckBehaviours,
): Promise<void> {
  const night = await Night.begin(synthesizedWithKeys(name), `${name}-${SEED}`, behaviours);
  try {
    if (night.isPrepared) await succeeds(night, 'prepare');
    await perform(night);
  } finally {
    await night.stop();
  }
}

/** With everything as it should be after it. */
export async function succeeds(night: Night, action: string): Promise<void> {
  await night.run(action);
  // What it set off when it failed may have succeeded.
  const { status, cause } = night.lastOf(action);
  expect([action, cause, status]).toEqual([action, undefined, 'SUCCEEDED']);
  expect([action, await night.problems()]).toEqual([action, []]);
}
