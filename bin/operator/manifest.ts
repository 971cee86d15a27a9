import {
  type CloudFormationClient,
  DescribeStackResourceCommand,
  type StackResourceDetail,
} from '@aws-sdk/client-cloudformation';
import { ListTagsForResourceCommand } from '@aws-sdk/client-sfn';
import type { MigrationManifest } from '../../contract/manifest';
import { MANIFEST, readManifest } from '../../rehearsal/assembly';
import { type Clients, readParameters, stateMachineOf } from './parameters';

export interface DeployedManifest {
  /** As it stands in the account. */
  readonly declared: object;
  readonly read: MigrationManifest;
  /** Id of the stack that it was deployed with. */
  readonly stack: string;
}

const REMEDY = 'Read it with the version of cdk-cutover that its stack was deployed with.';

/**
 * What the deployed migration says of itself, in the metadata of its state machine.
 *
 * @see docs/aws-facts.md#cloudformation-describe-stack-resource
 */
export async function manifest(
  { ssm, sfn, cloudformation }: Clients & { readonly cloudformation: CloudFormationClient },
  migration: string,
): Promise<DeployedManifest> {
  const { arn } = stateMachineOf(await readParameters(ssm, migration), migration);
  const { stack, logicalId } = await whereItIsMade({ sfn }, arn).catch(explained);
  const described = await stackResource(cloudformation, stack, logicalId);
  const metadata: unknown = JSON.parse(described?.Metadata ?? '{}');
  const declared = (metadata as Record<string, unknown>)[MANIFEST];
  if (typeof declared !== 'object' || declared === null) {
    throw new Error(
      `${arn} has no manifest in its metadata (${MANIFEST}): an older version of cdk-cutover made it. Deploy its stack with this one.`,
    );
  }
  return { declared, read: readManifest(declared, REMEDY), stack };
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

function explained(error: unknown): never {
  if (error instanceof Error && /^AccessDenied/.test(error.name)) {
    throw new Error(
      `${error.message.replace(/\.?$/, '.')} The manifest is read with states:ListTagsForResource on the state machine and cloudformation:DescribeStackResource on its stack, as grantOperate allows.`,
      { cause: error },
    );
  }
  throw error;
}
