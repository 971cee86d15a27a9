import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Instance } from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SessionAccess } from '../cutover/host/session-access';
import { parameterArn } from '../cutover/journal/journal';
import { arnOfKey, useOfKey } from '../cutover/permissions/key-use';
import { acknowledgeWildcard } from '../cutover/permissions/wildcard-findings';

export interface HostRoleProps {
  readonly sessions: SessionAccess;
  readonly asset: Asset;
  readonly assetsKey?: IKey;
  readonly leaseParameter: string;
  readonly secrets: readonly ISecret[];
  /** Whether it asks CloudWatch for metrics. */
  readonly readsMetrics: boolean;
  /** Whose streams it writes. */
  readonly logGroups: readonly ILogGroup[];
}

/** The role of a batch host: its sessions, its asset, its lease, its jobs' secrets, its logs. */
export class HostRole extends Construct {
  public readonly role: Role;

  constructor(scope: Construct, id: string, props: HostRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Resource', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
      description: 'Batch host: reads its definitions and the secrets of its jobs, and writes its logs',
    });
    for (const statement of props.sessions.hostStatements()) this.role.addToPolicy(statement);
    this.allow('Lease', ['ssm:GetParameter'], [parameterArn(this, props.leaseParameter)]);
    this.allow('Definitions', ['s3:GetObject'], [props.asset.bucket.arnForObjects(props.asset.s3ObjectKey)]);
    this.allow(
      'Logs',
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      props.logGroups.map(({ logGroupArn }) => logGroupArn),
    );
    if (props.readsMetrics) this.allow('Metrics', ['cloudwatch:GetMetricData'], ['*']);
    this.useKey(props.assetsKey, 's3');
    for (const secret of new Set(props.secrets)) {
      secret.grantRead(this.role);
      this.useKey(secret.encryptionKey, 'secretsmanager');
    }
    acknowledgeWildcard(
      this.role,
      '*',
      'The ssmmessages actions, logs:DescribeLogGroups and cloudwatch:GetMetricData know no resources, and ssm:UpdateInstanceInformation none but the instance, which is made after its role.',
    );
  }

  /**
   * What Systems Manager's agent needs to run an association on this instance, as AmazonSSMManagedInstanceCore has it for all.
   *
   * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSSMManagedInstanceCore.html
   */
  public allowAssociations(instance: Instance, documentName: string): Policy {
    const stack = Stack.of(this);
    const arn = (service: string, resource: string, resourceName: string) =>
      stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const host = arn('ec2', 'instance', instance.instanceId);
    const document = arn('ssm', 'document', documentName);
    const associations = arn('ssm', 'association', '*');
    const policy = new Policy(this, 'Associations', {
      roles: [this.role],
      statements: [
        new PolicyStatement({
          sid: 'Messages',
          actions: [
            'ec2messages:AcknowledgeMessage',
            'ec2messages:DeleteMessage',
            'ec2messages:FailMessage',
            'ec2messages:GetEndpoint',
            'ec2messages:GetMessages',
            'ec2messages:SendReply',
            'ssm:ListAssociations',
          ],
          resources: ['*'],
        }),
        new PolicyStatement({
          sid: 'Document',
          actions: ['ssm:DescribeDocument', 'ssm:GetDocument'],
          resources: [document],
        }),
        new PolicyStatement({ sid: 'Mine', actions: ['ssm:ListInstanceAssociations'], resources: [host] }),
        new PolicyStatement({
          sid: 'Status',
          actions: ['ssm:DescribeAssociation', 'ssm:UpdateAssociationStatus'],
          resources: [associations, document, host],
        }),
        new PolicyStatement({
          sid: 'StatusOfMine',
          actions: ['ssm:UpdateInstanceAssociationStatus'],
          resources: [associations, host],
        }),
      ],
    });
    acknowledgeWildcard(policy, '*', 'The ec2messages actions and ssm:ListAssociations know no resources.');
    acknowledgeWildcard(
      policy,
      associations,
      'Systems Manager numbers an association when it makes it, and the association waits for this policy.',
    );
    return policy;
  }

  private allow(sid: string, actions: string[], resources: string[]): void {
    this.role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
  }

  /**
   * CDK's `grantRead` of a secret gives the role nothing of an imported key.
   *
   * @see docs/aws-facts.md#secret-readers-need-its-key
   */
  private useKey(key: IKey | undefined, via: string): void {
    if (key === undefined) return;
    const { region } = Stack.of(this);
    this.role.addToPolicy(useOfKey({ keyArn: arnOfKey(key), actions: ['kms:Decrypt'], via, region }));
  }
}
