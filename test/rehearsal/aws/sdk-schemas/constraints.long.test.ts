import type { NormalizedSchema } from '@smithy/core/schema';
import {
  checkArguments,
  checkSdkTask,
  findSdkService,
  parseSdkResource,
  sdkOperations,
} from '../../../../rehearsal/aws/sdk-schemas';
import { brokenConstraint, CONSTRAINTS, parseConstraint } from '../../../../rehearsal/aws/sdk-schemas/constraints';
import { allStates } from '../../../../rehearsal/states-language/definition/walk';
import { MACHINES } from '../../../examples/machines';
import { removeTemporaryFolders } from '../../assembly/written-assembly';

afterAll(removeTemporaryFolders);

async function problems(call: string, request: object): Promise<string[]> {
  const [service = '', action = ''] = call.split(':');
  const names = findSdkService(service);
  const operation = names && (await sdkOperations(names)).get(action);
  if (operation === undefined) throw new Error(`There is no ${call}.`);
  return (await checkArguments(operation, request, 'client')).map(({ path, message }) => `${path}: ${message}`);
}

test.each<[string, object, RegExp]>([
  ['ssm:putParameter', { Name: '', Value: 'x' }, /^Name: .* length must be from 1 to 2048/],
  ['ssm:putParameter', { Name: 'a'.repeat(2049), Value: 'x' }, /^Name: .* length/],
  ['ssm:getParameters', { Names: [] }, /^Names: .* number of items must be from 1 to 10/],
  ['ssm:getParameters', { Names: Array(11).fill('/a') }, /^Names: .* number of items/],
  [
    'ssm:sendCommand',
    { DocumentName: 'no such name', InstanceIds: ['i-0123456789abcdef0'] },
    /^DocumentName: .* match/,
  ],
  ['ssm:sendCommand', { DocumentName: 'AWS-RunShellScript', InstanceIds: ['web'] }, /^InstanceIds\[0\]: .* match/],
  ['ec2:describeSecurityGroupRules', { MaxResults: 4 }, /^MaxResults: .* value must be from 5 to 1000/],
  [
    'route53:changeResourceRecordSets',
    {
      HostedZoneId: 'Z1',
      ChangeBatch: {
        Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name: 'a', Type: 'CNAME', Weight: 256 } }],
      },
    },
    /^ChangeBatch.Changes\[0\].ResourceRecordSet.Weight: .* from 0 to 255/,
  ],
  [
    'rds:switchoverBlueGreenDeployment',
    { BlueGreenDeploymentIdentifier: '1x' },
    /^BlueGreenDeploymentIdentifier: .* match/,
  ],
  [
    'rds:switchoverBlueGreenDeployment',
    { BlueGreenDeploymentIdentifier: 'bgd-1', SwitchoverTimeout: 29 },
    /^SwitchoverTimeout/,
  ],
  ['eventbridge:disableRule', { Name: 'a rule' }, /^Name: .* match/],
  ['cloudwatch:describeAlarms', { MaxRecords: 101 }, /^MaxRecords: .* from 1 to 100/],
  [
    'lambda:putFunctionConcurrency',
    { FunctionName: 'f', ReservedConcurrentExecutions: -1 },
    /^ReservedConcurrentExecutions/,
  ],
  ['scheduler:getSchedule', { Name: 'a/b' }, /^Name: .* match/],
  ['sfn:sendTaskSuccess', { taskToken: '', output: '{}' }, /^taskToken: .* length/],
  ['elasticloadbalancingv2:describeRules', { ListenerArn: 'listener' }, /^ListenerArn: .* match/],
  ['sns:publish', { TopicArn: 'announcements', Message: 'x' }, /^TopicArn: .* match/],
])('%s of %j is refused', async (call, request, message) => {
  expect(await problems(call, request)).toEqual([expect.stringMatching(message)]);
});

test('what a definition says in JSONata is held to the same, as far as it says it', async () => {
  const kinds = async (Names: unknown) =>
    (await checkSdkTask('arn:aws:states:::aws-sdk:ssm:getParameters', { Names })).map(({ kind }) => kind);
  expect(await kinds("{% $late ? ['/a'] : [''] %}")).toEqual(['wrong-value']);
  expect(await kinds('{% [$names] %}')).toEqual([]);
  expect(await kinds("{% ['/a', $more] %}")).toEqual([]);
});

test('the file has every operation that a definition calls', () => {
  const missing = MACHINES.flatMap(([, machine]) =>
    [...allStates(machine)].flatMap(({ state }) => {
      const call = state.Type === 'Task' ? parseSdkResource(state.Resource) : undefined;
      if (call === undefined) return [];
      const known = CONSTRAINTS[call.service]?.operations ?? [];
      return known.some((name) => name.toLowerCase() === call.action.toLowerCase())
        ? []
        : [`${call.service}:${call.action}`];
    }),
  );
  // Add them: npx tsx scripts/request-constraints.ts BOTOCORE_DATA ssm:PutParameter …
  expect([...new Set(missing)]).toEqual([]);
});

test.each(Object.keys(CONSTRAINTS))(
  'what the file says of %s is of members that the SDK has where it has the structure, and can be read',
  async (identifier) => {
    const service = findSdkService(identifier);
    const { operations = [], members = {} } = CONSTRAINTS[identifier] ?? {};
    const known = new Set<string>();
    const visit = (schema: NormalizedSchema) => {
      if (schema.isListSchema() || schema.isMapSchema()) return visit(schema.getValueSchema());
      if (!schema.isStructSchema()) return;
      for (const [name, member] of schema.structIterator()) {
        const path = `${schema.getName()}.${name}`;
        if (known.has(path)) continue;
        known.add(path);
        visit(member);
      }
    };
    const all = service === undefined ? [] : [...(await sdkOperations(service)).values()];
    for (const { name, input } of all) if (operations.includes(name)) visit(input);
    expect(operations.filter((name) => !all.some((operation) => operation.name === name))).toEqual([]);
    const structures = new Set([...known].map((path) => path.split('.')[0]));
    const ofKnown = Object.keys(members).filter((path) => structures.has(path.split('.')[0]));
    expect(ofKnown.filter((path) => !known.has(path.replace(/(\[\]|\{\})+$/, '')))).toEqual([]);
    expect(ofKnown.length).toBeGreaterThanOrEqual(Object.keys(members).length * 0.9);
    for (const text of Object.values(members)) {
      const { min, max, pattern } = parseConstraint(text);
      expect([text, Number.isFinite(min) || Number.isFinite(max) || pattern !== undefined]).toEqual([text, true]);
    }
  },
);

test.each<[string, unknown, boolean]>([
  ['1..3', 'abc', true],
  ['1..3', 'abcd', false],
  ['1..3', '', false],
  ['..2', [1, 2, 3], false],
  ['5..', 4, false],
  ['5..', 5, true],
  ['/[a-z]+/', 'abc', true],
  ['/[a-z]+/', 'abc1', false],
  ['/a|b/', 'ab', false],
  ['1..9 /[a-z/]+/', 'a/b', true],
])('%s of %j: %s', (text, value, holds) => {
  expect(brokenConstraint(parseConstraint(text), value) === undefined).toBe(holds);
});
