import type * as Library from '../../../lib';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { EXAMPLES } from '../example-under-test';
import { KEYS, synthesizedWithKeys } from './customer-keys';
import { type Interruption, Night } from './night';

jest.mock('cdk-cutover', () =>
  jest
    .requireActual<typeof import('./customer-keys')>('./customer-keys')
    .libraryWithCustomerKeys(jest.requireActual<typeof Library>('cdk-cutover')),
);
jest.setTimeout(1_800_000);
afterAll(removeTemporaryFolders);

/** How an execution that is stopped comes to be recovered. */
const RECOVERIES: Readonly<Record<string, Interruption>> = {
  'by events that come late and twice': {},
  'by hand, before events come': { byHand: true },
  'by the look, for no event comes': { unheard: true },
};

/** Other nights, with reads that lag and events that come otherwise: SEED=7 */
const { SEED = '1' } = process.env;

/** All of them take minutes: EVERY=1 npx jest whole-nights */
const NIGHTS = 4;
const INTERRUPTED = 10;
const PHASES = 6;

/** By the states in which they begin. */
function phasesOf(name: string): readonly string[] {
  const { phases } = findMigration(synthesizedWithKeys(name)).manifest;
  return phases.flatMap(({ states: { own } }) => (own === undefined ? [] : [own]));
}

async function during(name: string, perform: (night: Night) => Promise<void>): Promise<void> {
  const night = await Night.begin(synthesizedWithKeys(name), `${name}-${SEED}`);
  try {
    if (night.isPrepared) await succeeds(night, 'prepare');
    await perform(night);
  } finally {
    await night.stop();
  }
}

async function succeeds(night: Night, action: string): Promise<void> {
  const { status, cause } = await night.run(action);
  expect([action, cause, status]).toEqual([action, undefined, 'SUCCEEDED']);
  expect([action, await night.problems()]).toEqual([action, []]);
}

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
  Object.entries(RECOVERIES).map(([how, recovery]) => [name, how, recovery] as const),
);

test.each(sampled(rows, INTERRUPTED))('%s, stopped in any phase, is recovered %s', async (name, _, recovery) => {
  for (const abortAt of sampled(phasesOf(name), PHASES)) {
    await during(name, async (night) => {
      await night.run('cutover', { ...recovery, abortAt });
      if (recovery.unheard === true) await night.look();
      expect([abortAt, await night.problems(), night.ends()]).toEqual([abortAt, [], expect.anything()]);
      if (night.serving() === 'green' && night.hasRollback) await succeeds(night, 'rollback');
    });
  }
});
