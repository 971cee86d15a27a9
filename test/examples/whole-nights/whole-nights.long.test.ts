import type * as Library from '../../../lib';
import { Random } from '../../../rehearsal/clients/random';
import { findMigration } from '../../../rehearsal/testbed/migration';
import type { Interruption, Way } from '../../lib/interruption';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { EXAMPLES } from '../example-under-test';
import { KEYS, synthesizedWithKeys } from './customer-keys';
import { during, phasesOf, SEED, succeeds } from './nights';

jest.mock('cdk-cutover', () =>
  jest
    .requireActual<typeof import('./customer-keys')>('./customer-keys')
    .libraryWithCustomerKeys(jest.requireActual<typeof Library>('cdk-cutover')),
);
jest.setTimeout(1_800_000);
afterAll(removeTemporaryFolders);

/** How an execution ends in the midst of a phase, and how it comes to be recovered. */
const INTERRUPTIONS: Readonly<Record<string, Interruption>> = {
  'aborted, and events come late and twice': {},
  'failed without a Catch, and events come late and twice': { way: 'failed' },
  'timed out, and events come late and twice': { way: 'timedOut' },
  'aborted, and somebody recovers before events come': { byHand: true },
  'aborted, and no event comes but the look': { unheard: true },
  'failed without a Catch, and no event comes but the look': { way: 'failed', unheard: true },
  'timed out, and no event comes but the look': { way: 'timedOut', unheard: true },
};

/** What Step Functions says of each. */
const ENDED: Readonly<Record<Way, string>> = { aborted: 'ABORTED', failed: 'FAILED', timedOut: 'TIMED_OUT' };

/** All of them take minutes: EVERY=1 npx jest whole-nights */
const NIGHTS = 4;
const INTERRUPTED = 23;
const PLACES = 12;

/** The account asks for each in whose name it is used. */
test.each(sampled(EXAMPLES, NIGHTS))('%s has a customer managed key for all that can have one', (name) => {
  const assembly = synthesizedWithKeys(name);
  const migration = findMigration(assembly);
  for (const group of assembly.resources('AWS::Logs::LogGroup')) {
    expect([group.logicalId, group.property('KmsKeyId')]).toEqual([group.logicalId, expect.stringContaining(':kms:')]);
  }
  const usedBy = (roleArn: string) => JSON.stringify(assembly.role(roleArn).policies);
  expect(usedBy(migration.host.roleArn)).toContain(KEYS.assets);
  if (migration.kind !== 'database') return;
  expect(usedBy(migration.host.roleArn)).toContain(KEYS.secrets);
  if (migration.configuration.strategy !== 'managedBlueGreen') return;
  expect(usedBy(migration.stateMachine.roleArn)).toContain(KEYS.storage);
});

test.each(sampled(EXAMPLES, NIGHTS))('%s moves there, back, and there again', async (name) => {
  await during(name, async (night) => {
    await succeeds(night, 'cutover');
    if (night.hasRollback) for (const action of ['rollback', 'cutover']) await succeeds(night, action);
    expect(night.serving()).toBe('green');
  });
});

const rows = EXAMPLES.flatMap((name) =>
  Object.entries(INTERRUPTIONS).map(([how, interruption]) => [name, how, interruption] as const),
);

/** Where each phase begins, and somewhere in its midst: states of a cutover that nobody interrupts. */
async function placesOf(name: string): Promise<readonly string[]> {
  const begins = new Set(phasesOf(name));
  const random = new Random(`${name}-${SEED}`);
  const phases: string[][] = [];
  await during(name, async (night) => {
    const before = night.entered.length;
    await succeeds(night, 'cutover');
    for (const state of night.entered.slice(before)) {
      if (begins.delete(state)) phases.push([state]);
      else phases.at(-1)?.push(state);
    }
  });
  return phases.flatMap(([begin = '', ...midst]) => [begin, ...(midst.length === 0 ? [] : [random.pick(midst)])]);
}

test.each(sampled(rows, INTERRUPTED))('%s, in any phase, %s', async (name, _, interruption) => {
  const ended = new Set<string>();
  for (const at of sampled(await placesOf(name), PLACES)) {
    await during(name, async (night) => {
      await night.run('cutover', { ...interruption, at });
      if (interruption.unheard === true) await night.look();
      for (const end of night.ends()) ended.add(String(end.split(' ')[1]));
      expect([at, await night.problems(), night.ends()]).toEqual([at, [], expect.anything()]);
      if (night.serving() === 'green' && night.hasRollback) await succeeds(night, 'rollback');
    });
  }
  expect([...ended]).toContain(ENDED[interruption.way ?? 'aborted']);
});
