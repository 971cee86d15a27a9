import { Duration, type Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Connection } from 'aws-cdk-lib/aws-events';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type CacheConsistency, Check, CheckTime, type ICheck, QueryExpectation } from '../../../lib';
import type { Assembly } from '../../../rehearsal/assembly';
import { parseDefinition } from '../../../rehearsal/states-language';
import { allStates } from '../../../rehearsal/states-language/definition/walk';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { expectAslValidator } from '../../rehearsal/states-language/harness';
import { Databases } from '../aurora/databases-under-test';
import { unassignedReads } from '../cutover/machine/variables';
import { CONSISTENCIES } from '../cutover/rendered';
import { Surroundings } from '../migration-under-test';

afterAll(removeTemporaryFolders);

/** A check of every kind at every time. */
function everyKind(stack: Stack): ICheck[] {
  const connection = Connection.fromConnectionAttributes(stack, 'Shop', {
    connectionName: 'shop',
    connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/shop/0b3e21a3-5b4a-4e5f-9c9f-1a2b3c4d5e6f',
    connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/shop-AbCdEf',
  });
  const stateMachine = StateMachine.fromStateMachineName(stack, 'Looks', 'looks');
  const logGroup = LogGroup.fromLogGroupName(stack, 'Batch', 'batch');
  const metric = new Metric({ namespace: 'Shop', metricName: 'LogIns', statistic: 'Sum', period: Duration.minutes(1) });
  const comparison = ComparisonOperator.GREATER_THAN_THRESHOLD;
  const within = Duration.minutes(5);
  return Object.values(CheckTime).flatMap((when) => [
    Check.logLines({ name: `log ${when}`, when, logGroup, pattern: '"normal end"', within }),
    Check.metric({ name: `metric ${when}`, when, metric, comparison, threshold: 3, within }),
    Check.canary({ name: `canary ${when}`, when, canaryName: 'shop-pages', timeout: within }),
    Check.http({ name: `page ${when}`, when, url: 'http://shop.internal.example:8080/health', contains: 'ok' }),
    Check.http({ name: `api ${when}`, when, url: 'https://shop.example/health?key=1', connection, contains: 'ok' }),
    Check.stateMachine({ name: `machine ${when}`, when, stateMachine, owner: 'shop team' }),
    Check.command({ name: `command ${when}`, when, command: 'true', instances: { role: 'batch' } }),
    Check.confirm({ name: `person ${when}`, when, instructions: 'Log in.', timeout: Duration.minutes(30) }),
  ]);
}

function withCaches(consistency: CacheConsistency): Assembly {
  const surroundings = new Surroundings();
  const keys = Object.values(CheckTime).map((when) =>
    Check.keysAppear({ name: `keys ${when}`, when, pattern: 'session:*', within: Duration.minutes(1) }),
  );
  surroundings.migrateInFull(consistency, { checks: [...everyKind(surroundings.stack), ...keys] });
  return surroundings.deploy();
}

function withDatabases(how: 'promote' | 'follow' | 'manage'): Assembly {
  const databases = new Databases();
  const sql = 'SELECT 1 FROM shop.orders LIMIT 1';
  const queries = Object.values(CheckTime).map((when) =>
    Check.query({ name: `query ${when}`, when, sql, database: 'shop', expect: QueryExpectation.rowsAtLeast(1) }),
  );
  databases[how]({ ...databases.everything(), checks: [...everyKind(databases.stack), ...queries] });
  return databases.deploy();
}

const ASSEMBLIES: [string, () => Assembly][] = [
  ...CONSISTENCIES.map((consistency): [string, () => Assembly] => [consistency, () => withCaches(consistency)]),
  ...(['promote', 'follow', 'manage'] as const).map((how): [string, () => Assembly] => [how, () => withDatabases(how)]),
];

// Rendering takes the definition as CreateStateMachine would: unique names, and no inner scope that assigns an outer
// scope's variable.
describe.each(ASSEMBLIES)('a definition with checks of every kind: %s', (_, deploy) => {
  const machine = parseDefinition(deploy().stateMachines()[0]?.definition);

  test('is valid by asl-validator', () => {
    expectAslValidator(machine, true);
  });

  test('has a way on at every Choice, whatever it finds', () => {
    const open = [...allStates(machine)].filter(({ state }) => state.Type === 'Choice' && state.Default === undefined);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('assigns every variable before it is read', () => {
    expect(unassignedReads(machine)).toEqual([]);
  });
});
