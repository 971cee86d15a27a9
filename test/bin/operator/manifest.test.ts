import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { type Assembly, MANIFEST } from '../../../rehearsal/assembly';
import { systemClock } from '../../../rehearsal/aws/clock';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { assumeRole, type Principal } from '../../../rehearsal/aws/policy';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { tagsOf } from '../../../rehearsal/aws/sfn/tags';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { buildBundle, bundles } from '../../../scripts/bundle';
import { ACCOUNT, REGION, Surroundings } from '../../lib/migration-under-test';
import { removeTemporaryFolders, temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { allowing, anyone } from '../../rehearsal/aws/test-environment';

afterAll(removeTemporaryFolders);

const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:sessions`;

let program: string;
beforeAll(async () => {
  const bundle = bundles.find(({ name }) => name === 'cutover');
  if (bundle === undefined) throw new Error('The program cutover is not among the bundles.');
  program = await buildBundle(bundle, `${temporaryFolder()}/bundles`);
});

interface Deployed {
  readonly assembly: Assembly;
  /** Who may operate the migration. */
  readonly operators: Principal;
}

/** A migration as deployed, whose state machine says this of itself. */
function deployed(change: (manifest: Record<string, unknown>) => unknown = (manifest) => manifest): Deployed {
  const surroundings = new Surroundings();
  const migration = surroundings.migrate({ migrationName: 'sessions' });
  const role = new Role(surroundings.stack, 'Operators', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  migration.grantOperate(role);
  for (const machine of migration.node.findAll().filter((node) => node instanceof CfnStateMachine)) {
    const { [MANIFEST]: manifest, ...rest } = machine.cfnOptions.metadata ?? {};
    if (manifest !== undefined) machine.cfnOptions.metadata = { ...rest, ...withManifest(change(manifest)) };
  }
  const assembly = surroundings.deploy();
  const [operators] = assembly
    .resources('AWS::IAM::Role')
    .filter(({ logicalId }) => logicalId.startsWith('Operators'))
    .map((resource) => String(resource.attribute('Arn')));
  return {
    assembly,
    operators: assumeRole(assembly.role(operators ?? ''), 'ops', { service: 'ec2.amazonaws.com' }),
  };
}

const withManifest = (manifest: unknown) => (manifest === undefined ? {} : { [MANIFEST]: manifest });

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly problem: string;
}

/** The program in an account to which this is deployed. */
async function run(
  { assembly, operators }: Deployed,
  args: readonly string[],
  { by = operators, tags = tagsOf(assembly) }: { by?: Principal; tags?: ReturnType<typeof tagsOf> } = {},
): Promise<Ran> {
  const environment = { account: ACCOUNT, region: REGION, clock: systemClock, ids: new Identifiers('manifest') };
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) });
  const runner = { stateMachineArns: [MACHINE], executions: () => [], start: () => {}, stop: async () => {} };
  const sfn = new Sfn({ environment, activityArns: [], runner, tags });
  const services = [ssm, sfn, new CloudFormation({ environment, assembly })];
  const plane = new ControlPlane({ environment, services });
  await plane.call({
    service: 'ssm',
    action: 'putParameter',
    arguments: { Name: '/cdk-cutover/sessions/state-machine', Type: 'String', Value: MACHINE },
    principal: anyone,
  });
  const endpoint = new AwsEndpoint({ plane, onFault: (fault) => Promise.reject(fault) });
  const url = await endpoint.start();
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = endpoint.credentialsFor(by);
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'manifest', ...args], {
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
    });
    return { code: 0, out: stdout, problem: '' };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, problem: stderr };
  } finally {
    await endpoint.stop();
  }
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
  const { code, out, problem } = await run(deployed(change), ['sessions']);
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
