import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { InstanceType, MachineImage, Peer, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Cluster, FargateService } from 'aws-cdk-lib/aws-ecs';
import { CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { ApplicationListener } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Connection, Rule } from 'aws-cdk-lib/aws-events';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DatabaseCluster, DatabaseInstance, StorageType } from 'aws-cdk-lib/aws-rds';
import { Schedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import * as lib from '../../lib';
import { migrationOf } from './batch/migration/migration-of-jobs';
import { StrangersApp } from './strangers-app';
import { StrangersDatabases } from './strangers-databases';

const IN = 'eu-west-1:111122223333';

/** One of each type that a property or an argument may have, by jsii's name of the type. */
export function samples(app = new StrangersApp()): ReadonlyMap<string, unknown> {
  const { stack, vpc, zone, users } = app;
  const databases = new StrangersDatabases({ app: app.app });
  const blue = app.blue();
  const database = databases.instance();
  const size = Size.gibibytes(100);
  const memcached = lib.MemcachedCluster.fromAttributes(stack, 'Pages', {
    engine: lib.CacheEngine.memcached('1.6.22'),
    endpointAddress: 'pages.internal',
  });
  const converting = new lib.ConvertingReplica(databases.stack, 'Converting', {
    ...{ vpc: databases.vpc, replaces: database, allocatedStorage: size, secret: databases.secret },
    conversions: [lib.Conversion.toInnoDb()],
  });
  const topic = new Topic(stack, 'Topic');
  const migration = app.migrate();
  const moved = migrationOf();
  const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/scheduler');
  const own: Readonly<Record<string, unknown>> = {
    AuroraMigration: databases.promote(),
    AuroraReplicaCluster: databases.replica({ replaces: database }),
    AuroraStrategy: lib.AuroraStrategy.promoteReplica(),
    BatchHost: moved.host,
    BatchHostMigration: moved.migration,
    BatchCriterion: lib.BatchCriterion.exitCode(0),
    BatchSecret: lib.BatchSecret.fromText(databases.secret),
    BatchSource: lib.BatchSource.instance('i-0aaaaaaaaaaaaaaaa'),
    CacheAuthentication: lib.CacheAuthentication.authToken(databases.secret),
    CacheEngine: lib.CacheEngine.redis('7.1'),
    CacheMigration: migration,
    CacheNodeType: lib.CacheNodeType.of('cache.m7g.large'),
    Conversion: lib.Conversion.toInnoDb(),
    ConvertingReplica: converting,
    DatabaseEngine: lib.DatabaseEngine.mysql('8.0.39'),
    DatabaseInstanceClass: lib.DatabaseInstanceClass.of('db.r6g.large'),
    IBaseCache: blue,
    IBatchHost: moved.host,
    ICache: blue,
    ICheck: lib.Check.confirm({ name: 'pages', when: lib.CheckTime.AFTER_RESUME, instructions: 'Look.' }),
    IDatabase: database,
    IMemcachedCluster: memcached,
    IMigration: migration,
    IMigrationHost: migration.host,
    IWorkload: lib.Workload.systemdUnit({ unit: 'mailer.service', instances: { role: 'batch' } }),
    MemcachedCluster: new lib.MemcachedCluster(stack, 'NewPages', {
      vpc,
      engine: lib.CacheEngine.memcached('1.6.22'),
      nodeType: lib.CacheNodeType.of('cache.m7g.large'),
    }),
    QueryExpectation: lib.QueryExpectation.rowsAtLeast(1),
    ReaderTarget: lib.ReaderTarget.readers(),
    ReplicationGroup: app.green(blue),
  };
  const ofCdk: Readonly<Record<string, unknown>> = {
    Duration: Duration.minutes(5),
    RemovalPolicy: RemovalPolicy.RETAIN,
    Size: size,
    'aws_autoscaling.IAutoScalingGroup': AutoScalingGroup.fromAutoScalingGroupName(stack, 'Workers', 'workers'),
    'aws_cloudwatch.ComparisonOperator': ComparisonOperator.GREATER_THAN_THRESHOLD,
    'aws_cloudwatch.IAlarm': Alarm.fromAlarmArn(stack, 'Slow', `arn:aws:cloudwatch:${IN}:alarm:slow`),
    'aws_cloudwatch.IAlarmAction': new SnsAction(topic),
    'aws_cloudwatch.MetricOptions': {},
    'aws_cloudwatch.IMetric': new Metric({ namespace: 'Shop', metricName: 'LogIns' }),
    'aws_ec2.IMachineImage': MachineImage.latestAmazonLinux2023(),
    'aws_ec2.IPeer': Peer.ipv4('10.0.0.0/8'),
    'aws_ec2.ISecurityGroup': users,
    'aws_ec2.IVpc': vpc,
    'aws_ec2.InstanceType': new InstanceType('m7g.large'),
    'aws_ec2.SubnetSelection': {},
    'aws_ecs.IBaseService': FargateService.fromFargateServiceAttributes(stack, 'Orders', {
      cluster: Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shop', vpc }),
      serviceName: 'orders',
    }),
    'aws_elasticloadbalancingv2.IApplicationListener': ApplicationListener.fromApplicationListenerAttributes(
      stack,
      'Listener',
      {
        listenerArn: `arn:aws:elasticloadbalancing:${IN}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
        securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'ListenerGroup', 'sg-0123456789abcdef0'),
      },
    ),
    'aws_events.IConnection': Connection.fromConnectionAttributes(stack, 'Connection', {
      connectionName: 'own',
      connectionArn: `arn:aws:events:${IN}:connection/own/0b0a1c2d-1111-2222-3333-444455556666`,
      connectionSecretArn: `arn:aws:secretsmanager:${IN}:secret:events!connection/own/0b0a1c2d-AbCdEf`,
    }),
    'aws_events.OnEventOptions': {},
    'aws_events.IRule': Rule.fromEventRuleArn(stack, 'Rule', `arn:aws:events:${IN}:rule/nightly`),
    'aws_iam.IGrantable': role,
    'aws_iam.IIdentity': role,
    'aws_iam.IRole': role,
    'aws_kms.IKey': Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${IN}:key/14e0db71-35d4-49a7-9e2c-7d7e5a0b1c2d`),
    'aws_lambda.IEventSourceMapping': EventSourceMapping.fromEventSourceMappingId(stack, 'Mapping', '14e0db71'),
    'aws_lambda.IFunction': LambdaFunction.fromFunctionName(stack, 'Mailer', 'mailer'),
    'aws_logs.ILogGroup': LogGroup.fromLogGroupName(stack, 'Log', 'batch'),
    'aws_logs.RetentionDays': RetentionDays.ONE_MONTH,
    'aws_rds.IDatabaseCluster': DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Db', { clusterIdentifier: 'db' }),
    'aws_rds.IDatabaseInstance': DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Instance', {
      ...{ instanceIdentifier: 'db', instanceEndpointAddress: 'db.internal', port: 3306, securityGroups: [] },
    }),
    'aws_rds.StorageType': StorageType.GP3,
    'aws_route53.IHostedZone': zone,
    'aws_scheduler.ISchedule': Schedule.fromScheduleArn(stack, 'Job', `arn:aws:scheduler:${IN}:schedule/jobs/bills`),
    'aws_scheduler.IScheduleGroup': ScheduleGroup.fromScheduleGroupName(stack, 'Jobs', 'jobs'),
    'aws_secretsmanager.ISecret': Secret.fromSecretNameV2(stack, 'Secret', 'shop'),
    'aws_sns.ITopic': topic,
    'aws_stepfunctions.IStateMachine': StateMachine.fromStateMachineName(stack, 'Machine', 'stop'),
    'interfaces.aws_elasticache.IUserGroupRef': new CfnUserGroup(stack, 'Group', {
      engine: 'valkey',
      userGroupId: 'g',
      userIds: ['default'],
    }),
  };
  return new Map([
    ...Object.entries(own).map(([name, value]) => [`cdk-cutover.${name}`, value] as const),
    ...Object.entries(ofCdk).map(([name, value]) => [`aws-cdk-lib.${name}`, value] as const),
    ['constructs.Construct', stack],
  ]);
}
