import type * as Library from '../../../lib';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { EXAMPLES } from '../example-under-test';
import type { Night } from './night';
import { during, succeeds } from './nights';

jest.mock('cdk-cutover', () =>
  jest
    .requireActual<typeof import('./customer-keys')>('./customer-keys')
    .libraryWithCustomerKeys(jest.requireActual<typeof Library>('cdk-cutover')),
);
jest.setTimeout(1_800_000);
afterAll(removeTemporaryFolders);

/** All of them take minutes: EVERY=1 npx jest whole-nights/retire */
const RETIRED = 4;
const INTERRUPTED = 5;
const STATES = 24;

/** Of an example whose clients have moved. */
async function onGreen(name: string, perform: (night: Night) => Promise<void>): Promise<void> {
  await during(name, async (night) => {
    await succeeds(night, 'cutover');
    night.system.liftProtection();
    await perform(night);
  });
}

/** Blue is gone but for one last snapshot, where there can be one, and green is as it was. */
async function isRetired(night: Night): Promise<void> {
  const { system } = night;
  const green = system.green();
  expect(green).not.toEqual([]);
  await succeeds(night, 'retire');
  expect([system.left(), system.green(), night.serving()]).toEqual([[], green, 'green']);
  expect(system.snapshots()).toBe(system.snapshotsOfRetire);
}

test.each(sampled(EXAMPLES, RETIRED))('%s is retired, which cannot be done twice or be undone', async (name) => {
  await during(name, async (night) => {
    await night.run('retire');
    expect(night.lastOf('retire').error).toBe('NothingToDo');
    await succeeds(night, 'cutover');
    expect(night.system.left()).not.toEqual([]);
    night.system.liftProtection();
    await isRetired(night);
    await isRetired(night);
    await night.run('rollback');
    expect(night.lastOf('rollback').status).toBe('FAILED');
    expect([night.serving(), await night.problems()]).toEqual(['green', []]);
  });
});

test.each(sampled(EXAMPLES, RETIRED))('%s is not retired where somebody objects', async (name) => {
  await onGreen(name, async (night) => {
    const { system, agent, approver } = night;
    const before = system.left();
    const refused = async (cause: RegExp) => {
      await night.run('retire');
      const { status, cause: said = '' } = night.lastOf('retire');
      expect([status, said]).toEqual(['FAILED', expect.stringMatching(cause)]);
      expect([await night.problems(), system.left(), system.snapshots()]).toEqual([[], before, 0]);
    };
    approver.approves = false;
    const isAsked = night.migration.manifest.retire.some(({ role }) => role === 'approve');
    if (isAsked) await refused(/^Approve the retirement: somebody: not tonight/);
    approver.approves = true;
    agent.stillThere = 2;
    await refused(/2 connections: .*10\.0\.0\.7/);
    agent.stillThere = 0;
    const giveWay = system.obstruct();
    await refused(/protected against deletion|Blue stays: it is modifying/);
    giveWay();
    await isRetired(night);
  });
});

/** The states that a retire goes through. */
async function statesOf(name: string): Promise<readonly string[]> {
  const states: string[] = [];
  await onGreen(name, async (night) => {
    const before = night.entered.length;
    await night.run('retire');
    states.push(...night.entered.slice(before));
  });
  return [...new Set(states)];
}

test.each(sampled(EXAMPLES, INTERRUPTED))('%s, stopped while it is retired, is retired by the next', async (name) => {
  for (const at of sampled(await statesOf(name), STATES)) {
    await onGreen(name, async (night) => {
      await night.run('retire', { at });
      await isRetired(night);
    });
  }
});
