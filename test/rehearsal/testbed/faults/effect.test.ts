import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { assertInjectable } from '../../../../rehearsal/testbed/faults/effect';
import { parseFault } from '../../../../rehearsal/testbed/faults/injected-fault';
import { allStates, findMigration } from '../../../../rehearsal/testbed/migration';
import { synthesized } from '../../../examples/example-under-test';
import { StrangersApp } from '../../../lib/strangers-app';
import { removeTemporaryFolders } from '../../assembly/written-assembly';

const migrationOf = (alarms: boolean) => {
  const app = new StrangersApp();
  const metric = new Metric({ namespace: 'Acme', metricName: 'Errors' });
  const alarm = new Alarm(app.network, 'Errors', { metric, threshold: 1, evaluationPeriods: 1 });
  app.migrate(alarms ? { alarms: [alarm] } : {});
  return findMigration(loadAssembly(app.app.synth().directory));
};
const migration = migrationOf(true);
const states = allStates(migration.stateMachine.definition);
afterAll(removeTemporaryFolders);

async function inject(faults: readonly string[], action: 'cutover' | 'rollback' = 'cutover', of = migration) {
  const parsed = faults.map((text) => parseFault(text, states));
  await assertInjectable(parsed, of, action);
}

test.each<[string, readonly string[], RegExp]>([
  [
    'a rollback that is not started',
    ['Fence:abort@rollback'],
    /no execution of \{"action": "rollback"\} is started\. Started are/,
  ],
  ['a state of another action', ['Set direction: retire blue:abort'], /no cutover or recover of this migration enters/],
  ['the last state', ['Refused:abort'], /the execution ends with 'Refused'/],
  ['a database’s fault', ['Switch:leftover-replication'], /leftover-replication needs databases/],
])('%s is refused', async (_, faults, words) => {
  await expect(inject(faults)).rejects.toThrow(words);
});

test('an alarm is refused where there is none', async () => {
  await expect(inject(['Watch:alarm'], 'cutover', migrationOf(false))).rejects.toThrow(/has no alarms/);
});

test.each<[readonly string[], 'cutover' | 'rollback']>([
  [['Drain:kill-agent', 'Watch:alarm'], 'cutover'],
  [['Fence:abort@rollback'], 'rollback'],
  [['Switch:kill-green', 'Switch:abort@rollback'], 'cutover'],
  [['Fence:abort', 'Resume the interrupted execution:abort@recover'], 'cutover'],
  [['Undo Fence:kill-agent', 'Drain:abort'], 'cutover'],
])('%s can be injected', async (faults, action) => {
  await expect(inject(faults, action)).resolves.toBeUndefined();
});

test.each<[example: string, fault: string, words: RegExp]>([
  [
    'mysql-to-aurora',
    'ddl-on-blue',
    /needs PostgreSQL \(MySQL replicates a changed table\), and the migration has none/,
  ],
  ['mysql-to-aurora', 'stop-converting', /needs converting replicas, and the migration has none/],
  ['aurora-postgres', 'kill-converting', /needs converting replicas/],
  ['shared-cache', 'crash-green', /needs databases/],
  ['shared-cache', 'crash-host', /needs a relay on the migration host/],
])('%s has no target of %s', async (example, fault, words) => {
  await expect(injectIntoExample(example, `Switch:${fault}`)).rejects.toThrow(words);
});

test.each([
  ['mysql-to-aurora', 'crash-green'],
  ['mysql-to-aurora', 'leftover-replication'],
  ['aurora-managed', 'leftover-replication'],
  ['aurora-postgres', 'ddl-on-blue'],
])('in %s, %s can be injected', async (example, fault) => {
  await expect(injectIntoExample(example, `Switch:${fault}`)).resolves.toBeUndefined();
});

async function injectIntoExample(example: string, text: string) {
  const of = findMigration(synthesized(example).assembly);
  await assertInjectable([parseFault(text, allStates(of.stateMachine.definition))], of, 'cutover');
}
