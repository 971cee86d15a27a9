import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  type StackResourceDetail,
} from '@aws-sdk/client-cloudformation';
import { ListTagsForResourceCommand } from '@aws-sdk/client-sfn';
import type { BatchManifest } from '../../contract/batch-migration';
import type { MigrationManifest } from '../../contract/manifest';
import { MANIFEST, readManifest } from '../../rehearsal/assembly';
import { BATCH_MANIFEST } from '../../rehearsal/testbed/batch/batch-migration-of';
import { ifDenied } from './denied';
import { type Clients, movesJobs, readParameters, stateMachineOf } from './parameters';

export interface DeployedManifest {
  /** As it stands in the account. */
  readonly declared: object;
  readonly read: MigrationManifest;
  /** Id of the stack that it was deployed with. */
  readonly stack: string;
}

const REMEDY = 'Read it with the version of cdk-cutover that its stack was deployed with.';
const explained = ifDenied(
  'The manifest is read with states:ListTagsForResource on the state machine and cloudformation:DescribeStackResource on its stack, as grantOperate allows.',
);

type ManifestClients = Clients & { readonly cloudformation: CloudFormationClient };

/**
 * What the deployed migration says of itself, in the metadata of its state machine.
 *
 * @see docs/aws-facts.md#cloudformation-describe-stack-resource
 */
export async function manifest(clients: ManifestClients, migration: string): Promise<DeployedManifest> {
  const parameters = await readParameters(clients.ssm, migration);
  if (movesJobs(parameters)) {
    throw new Error(
      `${migration} moves cron jobs, and no clients: there is nothing of the kind to show. See: cutover status ${migration}, cutover plan ${migration}, cutover runbook ${migration} --deployed`,
    );
  }
  const { declared, stack } = await declaredAs(MANIFEST, clients, stateMachineOf(parameters, migration).arn);
  return { declared, read: readManifest(declared, REMEDY), stack };
}

/** The same of a migration of cron jobs. */
export async function batchManifest(clients: ManifestClients, migration: string): Promise<BatchManifest> {
  const { arn } = stateMachineOf(await readParameters(clients.ssm, migration), migration);
  const { declared } = await declaredAs(BATCH_MANIFEST, clients, arn);
  return declared as BatchManifest;
}

async function declaredAs(
  key: string,
  { sfn, cloudformation }: ManifestClients,
  arn: string,
): Promise<{ readonly declared: object; readonly stack: string }> {
  const { stack, logicalId } = await whereItIsMade({ sfn }, arn).catch(explained);
  const described = await stackResource(cloudformation, stack, logicalId);
  const metadata: unknown = JSON.parse(described?.Metadata ?? '{}');
  const declared = (metadata as Record<string, unknown>)[key];
  if (typeof declared !== 'object' || declared === null) {
    throw new Error(
      `${arn} has no manifest in its metadata (${key}): an older version of cdk-cutover made it. Deploy its stack with this one.`,
    );
  }
  return { declared, stack };
}

/** What CloudFormation says of a resource of the migration's stack. */
export async function stackResource(
  cloudformation: CloudFormationClient,
  stack: string,
  logicalId: string,
): Promise<StackResourceDetail | undefined> {
  const described = await cloudformation
    .send(new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: logicalId }))
    .catch(explained);
  return described.StackResourceDetail;
}

/** @throws where the stack has not made it yet */
export async function physicalIdOf(
  cloudformation: CloudFormationClient,
  stack: string,
  logicalId: string,
): Promise<string> {
  const found = await stackResource(cloudformation, stack, logicalId);
  if (found?.PhysicalResourceId === undefined) {
    throw new Error(`The stack has not made ${logicalId} yet: wait until its deployment has ended, and try again.`);
  }
  return found.PhysicalResourceId;
}

/**
 * CloudFormation tags what it makes with the stack and the logical id. A stack is found by a physical id as well
 * (DescribeStackResources), but what a caller must be allowed to ask so is not documented; the tags are read of the state
 * machine alone.
 *
 * @see docs/aws-facts.md#cloudformation-system-tags
 */
async function whereItIsMade({ sfn }: Pick<Clients, 'sfn'>, arn: string) {
  const { tags = [] } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  const tagged = (name: string) => tags.find(({ key }) => key === `aws:cloudformation:${name}`)?.value;
  const [stack, logicalId] = [tagged('stack-id'), tagged('logical-id')];
  if (stack === undefined || logicalId === undefined) {
    throw new Error(
      `${arn} has no tags of CloudFormation's, and so no manifest: no stack has made it. Deploy the migration's stack again, which makes its state machine.`,
    );
  }
  return { stack, logicalId };
}
