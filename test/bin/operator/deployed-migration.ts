import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CacheConsistency, type CacheMigration, type CacheMigrationProps } from '../../../lib';
import { type Assembly, MANIFEST } from '../../../rehearsal/assembly';
import { systemClock } from '../../../rehearsal/aws/clock';
import { CloudFormation } from '../../../rehearsal/aws/cloudformation';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../rehearsal/aws/endpoint/endpoint';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { assumeRole, type Principal } from '../../../rehearsal/aws/policy';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { StateMachineRunner } from '../../../rehearsal/aws/sfn/executions';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { tagsOf } from '../../../rehearsal/aws/sfn/tags';
import type { TaskAnswer } from '../../../rehearsal/aws/sfn/task-tokens';
import type { CommandRunner } from '../../../rehearsal/aws/ssm/command-invocations';
import { documentsOf } from '../../../rehearsal/aws/ssm/documents';
import { sessionDocumentsOf } from '../../../rehearsal/aws/ssm/sessions';
import { Ssm } from '../../../rehearsal/aws/ssm/ssm';
import { buildBundle, bundles } from '../../../scripts/bundle';
import { ACCOUNT, REGION, Surroundings } from '../../lib/migration-under-test';
import { temporaryFolder } from '../../rehearsal/assembly/written-assembly';
import { anyone } from '../../rehearsal/aws/test-environment';

const NAME = 'sessions';

export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${NAME}`;

/** The program as it is published. */
export function buildProgram(): Promise<string> {
  const bundle = bundles.find(({ name }) => name === 'cutover');
  if (bundle === undefined) throw new Error('The program cutover is not among the bundles.');
  return buildBundle(bundle, `${temporaryFolder()}/bundles`);
}

export interface Deployed {
  readonly assembly: Assembly;
  /** ARN of the migration's state machine. @default - that of `sessions` */
  readonly machine?: string;
  /** Who may operate the migration. */
  readonly operators: Principal;
}

/** The migration `sessions` as deployed, whose state machine says this of itself. */
export function deployed(
  options: Partial<CacheMigrationProps> = {},
  change: (manifest: Record<string, unknown>) => unknown = (manifest) => manifest,
  grant: (migration: CacheMigration, operators: IRole) => void = () => undefined,
): Deployed {
  const surroundings = new Surroundings();
  const migration = surroundings.migrateInFull(CacheConsistency.FENCED, options);
  const role = new Role(surroundings.stack, 'Operators', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  migration.grantOperate(role);
  migration.host.grantConnect(role);
  grant(migration, role);
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

export interface InAccount {
  /** @default - the operators */
  readonly by?: Principal;
  readonly tags?: ReturnType<typeof tagsOf>;
  /** Instances whose SSM agent is connected. @default - none */
  readonly online?: readonly string[];
  /** What executions there are. @default - none */
  readonly runner?: StateMachineRunner;
  /** What else there is. @default - nothing */
  readonly services?: (environment: AwsEnvironment) => readonly AwsService[];
  /** What a machine does that is sent a command. @default - there are no machines */
  readonly runCommand?: CommandRunner;
  /** Values of the migration's parameters, by the last part of their names; of others, by their whole names. @default - that of its state machine */
  readonly parameters?: Readonly<Record<string, string>>;
  /** A token that an execution waits for, and what it is told. @default - nothing waits */
  readonly waits?: { readonly token: string; readonly answered: (answer: TaskAnswer) => void };
  /** Whether the migration is in this account and Region. @default true */
  readonly isHere?: boolean;
}

export function environmentOf(machine = MACHINE): AwsEnvironment {
  const [, , , region = REGION, account = ACCOUNT] = machine.split(':');
  return { account, region, clock: systemClock, ids: new Identifiers('operator') };
}

/** Does something in an account to which this is deployed, with the environment of a program that is to reach it. */
export async function inAccount<T>(
  { assembly, operators, machine = MACHINE }: Deployed,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
  account: InAccount = {},
): Promise<T> {
  const {
    by = operators,
    tags = tagsOf(assembly),
    runner = nothingRuns(machine),
    parameters = {},
    online = [],
  } = account;
  const environment = environmentOf(machine);
  const name = machine.split(':').at(-1);
  const ssm = new Ssm({
    environment,
    runCommand: account.runCommand ?? (() => Promise.reject(new Error('no machines'))),
    documents: documentsOf(assembly),
    sessionDocuments: sessionDocumentsOf(assembly),
  });
  for (const instanceId of online) ssm.instances.register({ instanceId, tags: {} });
  const machines = assembly.stateMachines();
  const sfn = new Sfn({ environment, activityArns: [], runner, tags, machines });
  if (account.waits !== undefined) {
    const { token, answered } = account.waits;
    const { signal } = new AbortController();
    void sfn.tokens.wait({ token, resourceArn: machine, signal, heartbeat: () => undefined }).then(answered);
  }
  const services = [
    ssm,
    sfn,
    new CloudFormation({ environment, assembly }),
    ...(account.services?.(environment) ?? []),
  ];
  const plane = new ControlPlane({ environment, services });
  const own = account.isHere === false ? {} : { 'state-machine': machine };
  for (const [leaf, Value] of Object.entries({ ...own, ...parameters })) {
    await plane.call({
      service: 'ssm',
      action: 'putParameter',
      arguments: { Name: leaf.startsWith('/') ? leaf : `/cdk-cutover/${name}/${leaf}`, Type: 'String', Value },
      principal: anyone,
    });
  }
  const endpoint = new AwsEndpoint({ plane, onFault: (fault) => Promise.reject(fault) });
  const url = await endpoint.start();
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = endpoint.credentialsFor(by);
    return await work({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: environment.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    });
  } finally {
    await endpoint.stop();
  }
}

const nothingRuns = (machine: string): StateMachineRunner => ({
  stateMachineArns: [machine],
  executions: () => [],
  start: () => undefined,
  stop: async () => undefined,
});

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly problem: string;
}

/** A program, to its end. */
export async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { env });
    return { code: 0, out: stdout, problem: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, problem: stderr };
  }
}

/** The same at a terminal, where somebody types this once a question is asked. What is shown are both its streams. */
export async function runAtTerminal(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  typed: string,
): Promise<{ readonly code: number; readonly screen: string }> {
  const quoted = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    env: { ...env, PATH: '/usr/bin:/bin', SHELL: '/bin/sh' },
  });
  let screen = '';
  child.stdout.on('data', (part: Buffer) => {
    const asked = screen.includes(QUESTION);
    screen += String(part);
    if (!asked && screen.includes(QUESTION)) child.stdin.write(`${typed}\n`);
  });
  const [code] = await once(child, 'close');
  return { code, screen: screen.replaceAll('\r\n', '\n') };
}

const QUESTION = 'Type the name of the migration to go on: ';
