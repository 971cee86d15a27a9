import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, type IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage, Ec2Service, Ec2TaskDefinition, FargateService } from 'aws-cdk-lib/aws-ecs';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { Schedule } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  type CacheAttributes,
  CacheConsistency,
  CacheEngine,
  type CacheMigrationProps,
  CacheNodeType,
  Check,
  CheckTime,
  ReplicationGroup,
  TransitEncryption,
  Workload,
} from '../../lib';
import { loadAssembly } from '../../rehearsal/assembly';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { type MoveProps, StrangersApp, type StrangersAppProps } from './strangers-app';

afterAll(removeTemporaryFolders);
// The CDK prints every warning when it synthesizes.
beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
afterAll(() => jest.restoreAllMocks());

const env = { account: '111122223333', region: 'eu-west-1' };

interface Case extends StrangersAppProps {
  readonly blue?: (app: StrangersApp) => Partial<CacheAttributes>;
  readonly props?: (app: StrangersApp) => MoveProps;
  /** What else the app has. */
  readonly more?: (app: StrangersApp) => void;
}

/** What is thrown, or every warning and error of synthesis. */
function outcome({ blue, props, more, ...of }: Case): string {
  try {
    const app = new StrangersApp(of);
    const cache = app.blue(blue?.(app));
    const green = app.green(cache);
    green.connections.allowDefaultPortFrom(app.users);
    app.migrate({ blue: cache, green, ...props?.(app) });
    more?.(app);
    return app.said().join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

const absent = (name: keyof CacheMigrationProps): Case => ({ props: () => ({ [name]: undefined }) });
const attribute = (name: keyof CacheAttributes): Case => ({ blue: () => ({ [name]: undefined }) });
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const jobs = ({ network, vpc }: StrangersApp, region: string, account = '111122223333') => {
  const serviceArn = `arn:aws:ecs:${region}:${account}:service/batch/jobs`;
  const cluster = Cluster.fromClusterAttributes(network, 'Cluster', { clusterName: 'batch', vpc });
  return Workload.ecsService({
    service: FargateService.fromFargateServiceAttributes(network, 'Jobs', { serviceArn, cluster }),
  });
};
const seconds = (stack: Stack) =>
  Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber);
const elsewhere = (place: Partial<typeof env>) => (app: StrangersApp) => {
  const stack = new Stack(app.app, 'Elsewhere', { env: { ...env, ...place } });
  const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
  const nodeType = CacheNodeType.of('cache.m7g.large');
  return { green: new ReplicationGroup(stack, 'Green', { vpc, engine: CacheEngine.valkey('8.1'), nodeType }) };
};
const alarm = (stack: Stack): IAlarm =>
  new Alarm(stack, 'Errors', {
    metric: new Metric({ namespace: 'Acme', metricName: 'Errors' }),
    threshold: 1,
    evaluationPeriods: 1,
  });
const alarmArn = (region: string) => `arn:aws:cloudwatch:${region}:111122223333:alarm:Errors`;
const subnets = (subnetType: SubnetType) => (stack: Stack) =>
  new Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [{ name: 'one', subnetType }] });
const otherVpc = ({ network }: StrangersApp) => new Vpc(network, 'OtherVpc', { maxAzs: 2 });
const daemon = ({ network, vpc }: StrangersApp) => {
  const taskDefinition = new Ec2TaskDefinition(network, 'Task');
  taskDefinition.addContainer('Main', { image: ContainerImage.fromRegistry('x'), memoryLimitMiB: 64 });
  const cluster = new Cluster(network, 'Cluster', { vpc });
  return new Ec2Service(network, 'Logs', { cluster, taskDefinition, daemon: true });
};

test.each<[string, Case, RegExp]>([
  // missing, as plain JavaScript and Python may leave it
  ['no vpc', absent('vpc'), /^vpc: got undefined; it is required\. State the VPC/],
  ['no blue', absent('blue'), /^blue: got undefined; it is required/],
  ['no green', absent('green'), /^green: got undefined; it is required/],
  ['no record', absent('record'), /^record: got undefined; it is required/],
  ['no consistency', absent('consistency'), /^consistency: got undefined; .*COLD, LIVE or FENCED/],
  ['no zone', { props: () => ({ record: { recordName: 'cache' } as never }) }, /zone: got undefined; it is required/],
  ['no record name', { props: ({ zone }) => ({ record: { zone } as never }) }, /recordName: got undefined/],
  ['no engine', attribute('engine'), /^engine: got undefined; it is required/],
  ['no endpoint', attribute('endpointAddress'), /^endpointAddress: got undefined; it is required/],
  [
    'no engine of green',
    { props: ({ stack }) => ({ green: new ReplicationGroup(stack, 'G', {} as never) }) },
    /^vpc: got undefined/,
  ],
  [
    'an engine of green as text',
    { props: ({ stack, vpc }) => ({ green: new ReplicationGroup(stack, 'G', { vpc, engine: 'valkey' as never }) }) },
    /^engine: got the text 'valkey'/,
  ],
  ['an engine as text', { blue: () => ({ engine: 'redis' as never }) }, /^engine: got the text 'redis'/],
  ['a token as a time', { props: ({ network }) => ({ watch: seconds(network) }) }, /^watch: got a token/],
  [
    'a client left behind that is none',
    { props: () => ({ clientsLeftBehind: ['all'] }) },
    /^clientsLeftBehind: got 'all'/,
  ],
  ['no service', { props: () => ({ workloads: [Workload.ecsService({} as never)] }) }, /^service: got undefined/],
  // of no use
  [
    'a consistency in lower case',
    { props: () => ({ consistency: 'fenced' as never }) },
    /^consistency: got the text 'fenced'; accepted is one of COLD, LIVE, FENCED/,
  ],
  [
    'a watch of 400 days',
    { props: () => ({ watch: Duration.days(400) }) },
    /^watch: got 400 days; accepted are up to 365/,
  ],
  [
    'an approval of two years',
    { props: () => ({ approvalTimeout: Duration.days(730) }) },
    /^approvalTimeout: got 730 days/,
  ],
  ['a copy of two years', { props: () => ({ catchUpTimeout: Duration.days(730) }) }, /^catchUpTimeout: got 730 days/],
  [
    'times too long together',
    { props: () => ({ watch: Duration.days(200), catchUpTimeout: Duration.days(200) }) },
    /got 400 days together \(watch 200 days, catchUpTimeout 200 days\)/,
  ],
  [
    'steps too long',
    {
      props: () => ({
        consistency: CacheConsistency.COLD,
        weights: [{ blueWeight: 9, greenWeight: 1, bake: Duration.days(400) }],
      }),
    },
    /^weights\[0\]\.bake: got 400 days/,
  ],
  [
    'an endpoint that is the record',
    { blue: () => ({ endpointAddress: 'cache.acme.internal' }) },
    /^blue: got the endpoint cache\.acme\.internal, which is the record itself/,
  ],
  [
    'a full name of another zone',
    { props: ({ zone }) => ({ record: { zone, recordName: 'cache.other.internal.' } }) },
    /^recordName: got 'cache\.other\.internal\.', a full name outside the zone acme\.internal/,
  ],
  [
    'a DAEMON',
    { props: (app) => ({ workloads: [Workload.ecsService({ service: daemon(app) })] }) },
    /^service of Logs: got one of the scheduling strategy DAEMON/,
  ],
  [
    'a service without its cluster',
    {
      props: ({ network }) => ({
        workloads: [
          Workload.ecsService({
            service: FargateService.fromFargateServiceArn(
              network,
              'Jobs',
              'arn:aws:ecs:eu-west-1:111122223333:service/jobs',
            ) as never,
          }),
        ],
      }),
    },
    /^service of Jobs: got one without its cluster/,
  ],
  // elsewhere
  [
    'green in another Region',
    { env, props: elsewhere({ region: 'us-east-1' }) },
    /^green: got one of the Region us-east-1; accepted is the stack's own, eu-west-1/,
  ],
  [
    'green in another account',
    { env, props: elsewhere({ account: '444455556666' }) },
    /^green: got one of the account 444455556666/,
  ],
  [
    'an endpoint of another Region, by its code',
    { env, blue: () => ({ endpointAddress: 'acme.abcdef.0001.usw2.cache.amazonaws.com' }) },
    /blue: got the endpoint acme\S+, whose 'usw2' is not eu-west-1's 'euw1'/,
  ],
  [
    'an endpoint of another Region, in full',
    { env, blue: () => ({ endpointAddress: 'acme.abcdef.us-west-2.rds.amazonaws.com' }) },
    /of the Region us-west-2; accepted is the stack's own, eu-west-1/,
  ],
  [
    'an alarm of another Region',
    { env, props: ({ network }) => ({ alarms: [Alarm.fromAlarmArn(network, 'Errors', alarmArn('us-east-1'))] }) },
    /^alarms: got Case\/Errors of the Region us-east-1/,
  ],
  [
    'a secret of another Region',
    {
      env,
      props: (app) => {
        const transitEncryption = TransitEncryption.REQUIRED;
        const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf';
        const blue = app.blue({
          transitEncryption,
          authSecret: Secret.fromSecretCompleteArn(app.network, 'Secret', arn),
        });
        return { blue, green: app.green(blue, { transitEncryption }) };
      },
    },
    /^blue\.authSecret: got Case\/Secret of the Region us-east-1/,
  ],
  [
    'a topic of another Region',
    {
      env,
      props: ({ network }) => ({
        approval: Topic.fromTopicArn(network, 'Topic', 'arn:aws:sns:us-east-1:111122223333:moves'),
      }),
    },
    /^approval: got Case\/Topic of the Region us-east-1/,
  ],
  [
    'a key of another Region',
    {
      env,
      props: (app) => ({ green: app.green(app.blue(), { encryptionKey: Key.fromKeyArn(app.network, 'Key', KEY) }) }),
    },
    /^encryptionKey: got Case\/Key of the Region us-east-1/,
  ],
  [
    'a log group of another Region',
    {
      env,
      props: (app) => {
        const arn = 'arn:aws:logs:us-east-1:111122223333:log-group:slow';
        return { green: app.green(app.blue(), { slowLogGroup: LogGroup.fromLogGroupArn(app.network, 'Log', arn) }) };
      },
    },
    /^slowLogGroup: got Case\/Log of the Region us-east-1/,
  ],
  [
    'a workload of another Region',
    { env, props: (app) => ({ workloads: [jobs(app, 'us-east-1')] }) },
    /^workload Jobs: got Case\/Jobs of the Region us-east-1; .*Workload\.stateMachine/,
  ],
  [
    'a workload of another account',
    { env, props: (app) => ({ workloads: [jobs(app, 'eu-west-1', '444455556666')] }) },
    /^workload Jobs: got Case\/Jobs of the account 444455556666/,
  ],
  [
    'a schedule of another Region, which the CDK takes for one of its own',
    {
      env,
      props: ({ network }) => {
        const arn = 'arn:aws:scheduler:us-east-1:111122223333:schedule/nightly/send';
        const schedule = Schedule.fromScheduleArn(network, 'Send', arn);
        const role = Role.fromRoleArn(network, 'Role', 'arn:aws:iam::111122223333:role/send');
        return { workloads: [Workload.schedule({ schedule, role })] };
      },
    },
    /^workload Send: got Case\/Send of the Region us-east-1/,
  ],
  [
    'a check by a state machine of another Region',
    {
      env,
      props: ({ network }) => {
        const arn = 'arn:aws:states:us-east-1:111122223333:stateMachine:look';
        const stateMachine = StateMachine.fromStateMachineArn(network, 'Look', arn);
        return { checks: [Check.stateMachine({ name: 'look', when: CheckTime.AFTER_RESUME, stateMachine })] };
      },
    },
    /^stateMachine of look: got Case\/Look of the Region us-east-1/,
  ],
  [
    'a topic that reaches no person',
    { props: ({ network }) => ({ approval: new Topic(network, 'Topic', { fifo: true }) }) },
    /got Case\/Topic, a FIFO topic; accepted are standard topics/,
  ],
  [
    'notifications to a topic that reaches no person',
    {
      env,
      props: ({ network }) => ({
        notifications: Topic.fromTopicArn(network, 'Topic', 'arn:aws:sns:eu-west-1:111122223333:moves.fifo'),
      }),
    },
    /got Case\/Topic, a FIFO topic/,
  ],
  [
    'an approval that nobody can give',
    { props: () => ({ approvalTimeout: Duration.seconds(0) }) },
    /^approvalTimeout: got none/,
  ],
  ['no time to catch up', { props: () => ({ catchUpTimeout: Duration.seconds(0) }) }, /^catchUpTimeout: got none/],
  // endpoints
  ...(
    [
      ['10.0.3.4', /^blueTarget: got '10\.0\.3\.4', an address; the record is a CNAME/],
      ['acme', /^blueTarget: got 'acme', a name of one label/],
      [
        'acme-ro.abcdef.ng.0001.euw1.cache.amazonaws.com',
        /a reader endpoint, where nobody can write\. State the primary/,
      ],
      ['replica.acme.abcdef.euw1.cache.amazonaws.com', /a reader endpoint, where nobody can write\. State the primary/],
      ['acme-abcdef.serverless.euw1.cache.amazonaws.com', /a serverless cache\. Accepted are caches of nodes/],
      ['acme.abcdef.clustercfg.euw1.cache.amazonaws.com', /a configuration endpoint.*State numShards/],
      ['clustercfg.acme.abcdef.euw1.cache.amazonaws.com', /a configuration endpoint.*State numShards/],
      ['clustercfg.acme.abcdef.memorydb.eu-west-1.amazonaws.com', /a configuration endpoint.*State numShards/],
    ] as const
  ).map(([endpointAddress, said]): [string, Case, RegExp] => [
    `the endpoint ${endpointAddress}`,
    { env, blue: () => ({ endpointAddress }) },
    said,
  ]),
  [
    'a label longer than DNS has',
    { props: (app) => ({ record: { zone: app.zone, recordName: 'a'.repeat(64) } }) },
    /^recordName: got 'a{64}'; accepted are labels of 1 to 63/,
  ],
  [
    'a zone of the same VPC that is asked instead',
    {
      props: (app) => {
        new PrivateHostedZone(app.network, 'Nearer', { vpc: app.vpc, zoneName: 'db.acme.internal' });
        return { record: { zone: app.zone, recordName: 'cache.db' } };
      },
    },
    /record\.zone: Case\/Nearer\/Resource is a zone of the same VPC whose name is nearer to cache\.db\.acme\.internal/,
  ],
  [
    'green in another VPC',
    {
      more: (app) =>
        app.migrate(
          { green: app.green(app.blue(), { vpc: otherVpc(app) }), record: { zone: app.zone, recordName: 'two' } },
          'Two',
        ),
    },
    /green: its security group \S+ belongs to another VPC than Case\/Vpc/,
  ],
  [
    'a zone of another VPC',
    {
      props: (app) => ({
        record: {
          zone: new PrivateHostedZone(app.network, 'Zone2', { vpc: otherVpc(app), zoneName: 'b.internal' }),
          recordName: 'cache',
        },
      }),
    },
    /record\.zone: Case\/Zone2 answers in another VPC than Case\/Vpc/,
  ],
  [
    'isolated subnets without endpoints',
    { vpc: subnets(SubnetType.PRIVATE_ISOLATED) },
    /host: its subnets of Case\/Vpc are isolated, and vpcEndpoints is not set/,
  ],
  ['public subnets', { vpc: subnets(SubnetType.PUBLIC) }, /host: its subnets of Case\/Vpc are public/],
  // imported
  [
    'a VPC without subnets',
    {
      env,
      vpc: (stack) =>
        Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['eu-west-1a'] }),
    },
    /Case\/Vpc.*no subnets for the migration host|no 'Public' subnet groups|State its private subnets/,
  ],
  // immutable
  [
    'a group that must not change',
    {
      blue: ({ network }) => ({
        securityGroups: [
          SecurityGroup.fromSecurityGroupId(network, 'Fixed', 'sg-0b10e000000000000', { mutable: false }),
        ],
      }),
    },
    /^blue: got the security group sg-0b10e000000000000, imported with mutable: false/,
  ],
  // shared
  [
    'two migrations of one record',
    { more: (app) => app.migrate({}, 'Two') },
    /'cache\.acme\.internal' is moved by Case\/Two\/Record as well/,
  ],
  [
    'two migrations of one security group',
    { more: (app) => app.migrate({ record: { zone: app.zone, recordName: 'two' } }, 'Two') },
    /got the security group Case\/BlueGroup on port 6379, which a side of Case\/Two has as well/,
  ],
  [
    'two migrations of one name',
    {
      props: () => ({ migrationName: 'same' }),
      more: (app) => app.migrate({ migrationName: 'same', record: { zone: app.zone, recordName: 'two' } }, 'Two'),
    },
    /migrationName: got 'same', which Case\/Two has as well/,
  ],
])('an app with %s is told so', (_, wrong, words) => {
  expect(outcome(wrong)).toMatch(words);
});

test.each<[string, Case]>([
  ['nothing amiss', { env }],
  ['no Region stated', {}],
  [
    'an endpoint that a token names',
    { blue: ({ network }) => ({ endpointAddress: new CfnParameter(network, 'Host').valueAsString }) },
  ],
  ['an alarm of its own', { env, props: ({ network }) => ({ alarms: [alarm(network)] }) }],
  [
    'an imported alarm of its Region',
    { env, props: ({ network }) => ({ alarms: [Alarm.fromAlarmArn(network, 'Errors', alarmArn('eu-west-1'))] }) },
  ],
  [
    'isolated subnets with endpoints',
    { vpc: subnets(SubnetType.PRIVATE_ISOLATED), props: () => ({ host: { vpcEndpoints: true } }) },
  ],
  [
    'an imported group of a side',
    {
      blue: ({ network }) => ({
        securityGroups: [SecurityGroup.fromSecurityGroupId(network, 'Open', 'sg-0b10e000000000000')],
      }),
    },
  ],
  [
    'a VPC that is added to the zone later',
    {
      props: (app) => ({
        record: {
          zone: new PrivateHostedZone(app.network, 'Zone2', { vpc: otherVpc(app), zoneName: 'b.internal' }),
          recordName: 'cache',
        },
      }),
      more: (app) => (app.network.node.findChild('Zone2') as PrivateHostedZone).addVpc(app.vpc),
    },
  ],
  [
    'one name in two Regions',
    {
      env,
      props: () => ({ migrationName: 'same' }),
      more: ({ app }) => {
        const other = new StrangersApp({ app, env: { ...env, region: 'us-east-1' } });
        const blue = other.blue({ endpointAddress: 'acme.abcdef.0001.use1.cache.amazonaws.com' });
        const green = other.green(blue);
        green.connections.allowDefaultPortFrom(other.users);
        other.migrate({ migrationName: 'same', blue, green });
      },
    },
  ],
])('an app with %s is not', (_, right) => {
  expect(outcome(right)).not.toMatch(TOLD);
});

const TOLD =
  /: got |Cannot read|Duration must be|cdk-cutover:Shared|cdk-cutover:(?:Other|Host|ClientsShutOut)|another VPC|isolated|mutable/;

test('the state machine’s log group needs no room in the account’s policy of log groups', () => {
  const app = new StrangersApp();
  app.migrate({ migrationName: 'moves' });
  const [group] = loadAssembly(app.app.synth().directory)
    .resources('AWS::Logs::LogGroup')
    .filter(({ logicalId }) => logicalId.startsWith('MoveCutoverLog'));
  expect(group?.property('LogGroupName')).toBe('/aws/vendedlogs/states/moves');
});

test('an output says what the command calls the migration', () => {
  const app = new StrangersApp();
  app.migrate({ migrationName: 'moves' });
  const [stack] = loadAssembly(app.app.synth().directory).stacks;
  const names = stack?.outputNames.filter((name) => name.includes('MigrationName')) ?? [];
  expect(names.map((name) => stack?.output(name))).toEqual(['moves']);
});
