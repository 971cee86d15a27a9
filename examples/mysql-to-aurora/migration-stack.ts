import { CrossStackReferences, Duration, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { AuroraMigration, AuroraStrategy, Check, CheckTime, ReaderTarget, Workload } from 'cdk-cutover';
import type { Construct } from 'constructs';
import type { DatabasesStack } from './databases-stack';

export interface MigrationStackProps extends StackProps {
  readonly databases: DatabasesStack;
}

/** The migration. Delete this stack when it is over: the records stay, as simple ones, with the active side. */
export class MigrationStack extends Stack {
  public readonly migration: AuroraMigration;

  constructor(scope: Construct, id: string, props: MigrationStackProps) {
    // CloudFormation takes a template of 1 MB; without its indentation this one has three quarters of its size.
    super(scope, id, { ...props, suppressTemplateIndentation: true });
    // A strong reference would hold the databases' stack to this one, and keep either from changing without the other.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { existing, blue, green } = props.databases;
    const { zone } = existing;
    const ttl = Duration.seconds(5);

    this.migration = new AuroraMigration(this, 'Shop', {
      vpc: existing.vpc,
      blue,
      green,
      strategy: AuroraStrategy.promoteReplica(),
      record: { zone, recordName: 'shop-db', ttl },
      readerRecord: { zone, recordName: 'shop-db-reader', ttl },
      // Some queries kill a server only on real data of real size: a few readers meet them first, on one instance.
      readerWeights: [
        { blueWeight: 98, greenWeight: 2, bake: Duration.hours(1), greenTarget: ReaderTarget.instance('Reader1') },
        { blueWeight: 90, greenWeight: 10, bake: Duration.hours(1), greenTarget: ReaderTarget.endpoint('canary') },
        { blueWeight: 50, greenWeight: 50, bake: Duration.hours(1) },
        { blueWeight: 0, greenWeight: 100, bake: Duration.hours(1) },
      ],
      smokeQueries: [
        {
          name: 'balances',
          database: 'shop',
          sql: 'SELECT COUNT(*) AS accounts, SUM(balance) AS total FROM accounts',
        },
      ],
      replicationSecret: existing.replicationSecret,
      workloads: [Workload.ecsService({ service: existing.orders, owner: 'shop team' })],
      checks: [
        Check.http({
          name: 'shop pages',
          when: CheckTime.BEFORE_RESUME,
          url: 'http://shop.internal.example/catalogue',
          contains: 'In stock',
          owner: 'shop team',
        }),
        Check.stateMachine({
          name: 'an order goes through',
          when: CheckTime.AFTER_RESUME,
          stateMachine: StateMachine.fromStateMachineName(this, 'OrderProbe', 'order-probe'),
          owner: 'shop team',
        }),
        Check.confirm({
          name: 'a person has ordered',
          when: CheckTime.AFTER_RESUME,
          instructions: 'Order something with the test account, and find it in the back office.',
          owner: 'shop team',
        }),
      ],
      alarms: [existing.orderErrors],
      approval: this.announcements(),
      watch: Duration.hours(24),
    });

    // The host is reached through Session Manager alone: have the permission before the night.
    this.migration.host.grantConnect(existing.operators);
    // Anyone who starts a cutover does not approve it.
    this.migration.grantOperate(existing.operators);
    this.migration.grantApprove(existing.approvers);
  }

  private announcements(): Topic {
    return new Topic(this, 'Announcements', {
      masterKey: new Key(this, 'AnnouncementsKey', { enableKeyRotation: true }),
      enforceSSL: true,
    });
  }
}
