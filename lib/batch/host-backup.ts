import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault, BackupVaultEvents } from 'aws-cdk-lib/aws-backup';
import type { Instance } from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../cutover/permissions/wildcard-findings';

export interface HostBackupProps {
  readonly instance: Instance;
  /** How long a backup is kept. */
  readonly retention: Duration;
  /** Who is told that one failed. @default - nobody */
  readonly topic?: ITopic;
}

/** A backup each night of the host with its disk, and so of the ledger. What is restored from one runs nothing: it has no lease. */
export class HostBackup extends Construct {
  constructor(scope: Construct, id: string, { instance, retention, topic }: HostBackupProps) {
    super(scope, id);
    const vault = new BackupVault(this, 'Vault', {
      removalPolicy: RemovalPolicy.RETAIN,
      ...(topic !== undefined && {
        notificationTopic: topic,
        notificationEvents: [BackupVaultEvents.BACKUP_JOB_FAILED, BackupVaultEvents.BACKUP_JOB_EXPIRED],
      }),
    });
    const plan = new BackupPlan(this, 'Plan', { backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: 'Nightly',
        scheduleExpression: Schedule.cron({ hour: '5', minute: '0' }),
        startWindow: Duration.hours(1),
        completionWindow: Duration.hours(8),
        deleteAfter: retention,
      }),
    );
    plan.addSelection('Host', {
      resources: [BackupResource.fromEc2Instance(instance)],
      role: this.role(instance, vault),
      disableDefaultBackupPolicy: true,
    });
  }

  /**
   * What AWS's own policy for backups has for instances, for this one.
   *
   * @see docs/aws-facts.md#backup-of-an-instance
   */
  private role(instance: Instance, vault: BackupVault): Role {
    const stack = Stack.of(this);
    const arn = (resource: string, resourceName: string, account = '') =>
      stack.formatArn({ service: 'ec2', account, resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const host = arn('instance', instance.instanceId, stack.account);
    const [images, snapshots] = [arn('image', '*'), arn('snapshot', '*')];
    const role = new Role(this, 'Role', {
      // That AWS Backup names an account when it assumes a role is not documented, and without it there would be no backups.
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      description: 'Backups of the batch host',
    });
    const statements = [
      { sid: 'Look', actions: LOOK, resources: ['*'] },
      { sid: 'Attributes', actions: ['ec2:DescribeInstanceAttribute'], resources: [host] },
      { sid: 'Image', actions: ['ec2:CreateImage'], resources: [host, images, snapshots] },
      { sid: 'Name', actions: ['ec2:CreateTags'], resources: [images, snapshots] },
      {
        sid: 'Expire',
        actions: ['ec2:DeleteSnapshot', 'ec2:DeregisterImage'],
        resources: [images, snapshots],
        conditions: { Null: { 'aws:ResourceTag/aws:backup:source-resource': 'false' } },
      },
      {
        sid: 'Vault',
        actions: ['backup:CopyIntoBackupVault', 'backup:DescribeBackupVault'],
        resources: [vault.backupVaultArn],
      },
    ];
    for (const statement of statements) role.addToPolicy(new PolicyStatement(statement));
    acknowledgeWildcard(role, '*', 'The Describe actions of EC2 know no resources.');
    for (const made of [images, snapshots]) {
      acknowledgeWildcard(role, made, 'EC2 numbers images and snapshots when it makes them.');
    }
    return role;
  }
}

const LOOK = [
  'ec2:DescribeElasticGpus',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceCreditSpecifications',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSnapshotTierStatus',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:DescribeTags',
  'ec2:DescribeVolumes',
  'tag:GetResources',
];
