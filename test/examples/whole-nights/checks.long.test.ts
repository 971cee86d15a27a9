import type * as Library from '../../../lib';
import type { CheckBehaviour } from '../../../rehearsal/testbed/checks/check-behaviours';
import { findMigration } from '../../../rehearsal/testbed/migration';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { sampled } from '../../sampled';
import { EXAMPLES } from '../example-under-test';
import { synthesizedWithKeys } from './customer-keys';
import { during } from './nights';

jest.mock('cdk-cutover', () =>
  jest
    .requireActual<typeof import('./customer-keys')>('./customer-keys')
    .libraryWithCustomerKeys(jest.requireActual<typeof Library>('cdk-cutover')),
);
jest.setTimeout(1_800_000);
afterAll(removeTemporaryFolders);

/** All of them: EVERY=1 npx jest whole-nights/checks */
const NIGHTS = 5;

const checksOf = (name: string) => findMigration(synthesizedWithKeys(name)).checks;
const asked = EXAMPLES.flatMap((name) => checksOf(name).map(({ id, type }) => ({ name, check: id, kind: type })));

test.each(EXAMPLES)('%s asks the applications before it is called done', (name) => {
  expect(checksOf(name)).not.toEqual([]);
});

const nights = (behaviours: readonly CheckBehaviour[]) =>
  sampled(
    asked.flatMap((each) => behaviours.map((behaviour) => ({ ...each, behaviour }))),
    NIGHTS,
  );

test.each(nights(['red-on-green', 'hangs-on-green']))(
  '$name: "$check" that is $behaviour sends clients back, and everything is as it was',
  async ({ name, check, behaviour }) => {
    await during(
      name,
      async (night) => {
        const { status, error, cause } = await night.run('cutover');
        expect(cause).toContain(check);
        expect([status, await night.problems()]).toEqual(['FAILED', []]);
        // RDS has no way back of PostgreSQL: it is said that they stay, and why.
        const [serving, how] = night.hasRollback ? ['blue', 'RolledBack'] : ['green', 'MonitoringIncomplete'];
        expect([night.serving(), error]).toEqual([serving, how]);
      },
      new Map([[check, behaviour]]),
    );
  },
);

test.each(nights(['red']).filter(({ kind }) => kind !== 'confirmation'))(
  '$name: "$check" that is red on blue ends the preflight, and nothing is changed',
  async ({ name, check }) => {
    await during(
      name,
      async (night) => {
        for (const action of ['preflight', 'cutover']) {
          const { status, cause } = await night.run(action);
          expect([action, status, cause]).toEqual([action, 'FAILED', expect.stringContaining(check)]);
          expect(cause).toMatch(/Asked of blue/);
        }
        expect([night.serving(), await night.problems()]).toEqual(['blue', []]);
      },
      new Map([[check, 'red']]),
    );
  },
);
