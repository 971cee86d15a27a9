import type { PolicyStatement } from './statement';

const allow = (...actions: string[]): PolicyStatement => ({ Effect: 'Allow', Action: actions, Resource: '*' });

/** AWS's own policies, by name, as the AWS managed policy reference lists them. */
const MANAGED_POLICIES: Readonly<Record<string, readonly PolicyStatement[]>> = {
  AmazonSSMManagedInstanceCore: [
    allow(
      'ssm:DescribeAssociation',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:DescribeDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutInventory',
      'ssm:PutComplianceItems',
      'ssm:PutConfigurePackageResult',
      'ssm:UpdateAssociationStatus',
      'ssm:UpdateInstanceAssociationStatus',
      'ssm:UpdateInstanceInformation',
    ),
    allow(
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ),
    allow(
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
    ),
  ],
  'service-role/AWSLambdaBasicExecutionRole': [
    allow('logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'),
  ],
};

/**
 * The statements of an AWS managed policy.
 *
 * @throws Error if the policy is not known here.
 */
export function managedPolicy(arn: string): readonly PolicyStatement[] {
  const name = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1] ?? arn;
  const statements = MANAGED_POLICIES[name];
  if (statements === undefined) {
    throw new Error(
      `The managed policy ${arn} is not known here; known are ${Object.keys(MANAGED_POLICIES).join(', ')}.`,
    );
  }
  return statements;
}
