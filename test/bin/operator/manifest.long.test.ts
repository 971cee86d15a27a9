import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { allowing } from '../../rehearsal/aws/test-environment';
import {
  buildProgram,
  type Deployed,
  deployed,
  type InAccount,
  inAccount,
  type Ran,
  run as runProgram,
} from './deployed-migration';

afterAll(removeTemporaryFolders);

let program: string;
beforeAll(async () => {
  program = await buildProgram();
});

/** The command in an account to which this is deployed. */
function run(there: Deployed, args: readonly string[], account: InAccount = {}): Promise<Ran> {
  return inAccount(there, (environment) => runProgram(program, ['manifest', ...args], environment), account);
}

test('an operator reads what the migration consists of, with what grantOperate allows', async () => {
  const { code, out, problem } = await run(deployed(), ['sessions']);
  expect(problem).toBe('');
  expect(code).toBe(0);
  expect(out).toMatch(/Migration +│ sessions/);
  expect(out).toMatch(/Journal parameter +│ \/cdk-cutover\/sessions\/journal/);
  expect(out).toMatch(/Writer record +│ sessions\.internal\.example/);
  expect(out).toMatch(/│ Fence +│ fence +│ both +│ refused +│ /);
});

test('as it was deployed for programs', async () => {
  const there = deployed();
  const [machine] = there.assembly.migrationMachines();
  const { out } = await run(there, ['sessions', '--json']);
  expect(JSON.parse(out)).toEqual(machine?.manifest);
});

test.each<[string, (manifest: Record<string, unknown>) => unknown, RegExp]>([
  [
    'an older version made',
    () => undefined,
    /has no manifest in its metadata \(cdk-cutover:manifest\): an older version/,
  ],
  ['a newer version made', (manifest) => ({ ...manifest, version: 2 }), /sessions has the version 2; accepted is 1\. /],
  [
    'that is of another shape',
    (manifest) => ({ ...manifest, phases: [{ name: 'Fence', role: 'fort' }] }),
    /does not have the shape of version 1 \(phases\.0\.role: Invalid option: .*phases\.0\.seen: /,
  ],
])('one %s is not guessed at', async (_what, change, said) => {
  const { code, out, problem } = await run(deployed({}, change), ['sessions']);
  expect([code, out]).toEqual([1, '']);
  expect(problem).toMatch(said);
});

test.each([
  ['the tags of the state machine', ['ssm:GetParameters'], 'states:ListTagsForResource'],
  ['its stack', ['ssm:GetParameters', 'states:ListTagsForResource'], 'cloudformation:DescribeStackResource'],
])('who may not read %s is told what it takes', async (_what, actions, missing) => {
  const by = allowing(...actions.map((Action) => ({ Effect: 'Allow' as const, Action, Resource: '*' })));
  const { code, problem } = await run(deployed(), ['sessions'], { by });
  expect(code).toBe(1);
  expect(problem).toMatch(new RegExp(`not authorized to perform: ${missing}.* as grantOperate allows\\.`));
});

test('a state machine that no stack has made has none', async () => {
  const { code, problem } = await run(deployed(), ['sessions'], { tags: new Map() });
  expect(code).toBe(1);
  expect(problem).toMatch(
    /stateMachine:sessions has no tags of CloudFormation's, .* Deploy the migration's stack again/,
  );
});
