import { AuroraStrategy, DatabaseEngine } from '../../../../lib';
import { checkSdkTask, parseSdkResource } from '../../../../rehearsal/aws/sdk-schemas';
import { parseDefinition } from '../../../../rehearsal/states-language';
import { allStates } from '../../../../rehearsal/states-language/definition/walk';
import { real } from '../../../given-back';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { expectAslValidator } from '../../../rehearsal/states-language/harness';
import { unassignedReads } from '../../cutover/machine/variables';
import { BLUE_GROUP, Databases } from '../databases-under-test';

afterAll(removeTemporaryFolders);

const STRATEGIES: Readonly<Record<string, (databases: Databases) => unknown>> = {
  promoteReplica: (databases) => databases.promote(databases.everything()),
  'promoteReplica with nothing more': (databases) => databases.promote(),
  binlogReplica: (databases) => databases.follow(databases.everything()),
  'binlogReplica from where RDS says': (databases) => databases.follow({ strategy: AuroraStrategy.binlogReplica() }),
  managedBlueGreen: (databases) =>
    databases.manage(databases.everything(), { associatedRoles: [databases.role('loader')] }),
  'managedBlueGreen of PostgreSQL, with nothing more': (databases) => {
    const engine = DatabaseEngine.auroraPostgres('15.8');
    const targetEngine = DatabaseEngine.auroraPostgres('16.4');
    const blue = databases.cluster('Blue', BLUE_GROUP, { engine });
    databases.manage({ blue }, { targetEngine, targetInstanceClass: undefined });
  },
};

// Rendering takes the definition as CreateStateMachine would: unique names, ways that lead somewhere, expressions that
// parse, and no inner scope that assigns an outer scope's variable.
describe.each(Object.entries(STRATEGIES))('the definition of %s', (_, migrate) => {
  const databases = new Databases();
  migrate(databases);
  const [deployed] = databases.deploy().stateMachines();
  const machine = parseDefinition(deployed?.definition);
  const states = [...allStates(machine)];

  test('is valid by asl-validator', () => {
    expectAslValidator(machine, true);
  });

  test('has a way on at every Choice, whatever it finds', () => {
    const open = states.filter(({ state }) => state.Type === 'Choice' && state.Default === undefined);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('assigns every variable before it is read', () => {
    expect(unassignedReads(machine)).toEqual([]);
  });

  test('calls every AWS service, action and parameter by the name that Step Functions has for it', async () => {
    const calls = states.flatMap(({ name, state }) =>
      state.Type === 'Task' && parseSdkResource(state.Resource) !== undefined ? [{ name, state }] : [],
    );
    expect(calls.length).toBeGreaterThan(30);
    for (const { name, state } of calls) {
      const problems = await checkSdkTask(state.Resource, state.Arguments as Record<string, unknown>);
      expect([name, real(problems)]).toEqual([name, []]);
    }
  });

  test('has names of at most 80 characters', () => {
    expect(Math.max(...states.map(({ name }) => name.length))).toBeLessThanOrEqual(80);
  });
});
