import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ModifyCacheParameterGroupCommand,
} from '@aws-sdk/client-elasticache';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  GetActivityTaskCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { systemClock } from '../../../../rehearsal/aws/clock';
import { CloudWatch } from '../../../../rehearsal/aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import { ElastiCache } from '../../../../rehearsal/aws/elasticache/elasticache';
import type { AwsCredentials } from '../../../../rehearsal/aws/endpoint/credentials';
import { AwsEndpoint } from '../../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import type { Principal } from '../../../../rehearsal/aws/policy';
import { Route53 } from '../../../../rehearsal/aws/route53/route53';
import { SecretsManager } from '../../../../rehearsal/aws/secrets-manager';
import { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import { Sns } from '../../../../rehearsal/aws/sns';
import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { allowing, anyone } from '../test-environment';

const ACTIVITY = 'arn:aws:states:eu-west-1:111122223333:activity:agent';
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:approvals';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:auth-AbCdEf';
const CACHE_GROUP = 'sg-0cac4e00000000000';

const environment = {
  account: '111122223333',
  region: 'eu-west-1',
  clock: systemClock,
  ids: new Identifiers('endpoint'),
};
const faults: unknown[] = [];
const clients: { destroy(): void }[] = [];

const sfn = new Sfn({
  environment,
  activityArns: [ACTIVITY],
  runner: { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() },
});
const ec2 = new Ec2(environment);
const elasticache = new ElastiCache({ environment });
const route53 = new Route53({ environment, propagationMs: () => 0 });
const secrets = new SecretsManager(environment);
const cloudwatch = new CloudWatch(environment);
const plane = new ControlPlane({
  environment,
  services: [
    sfn,
    ec2,
    elasticache,
    route53,
    secrets,
    cloudwatch,
    new Sns({ environment, topics: [{ arn: TOPIC }] }),
    new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines')) }),
  ],
});
const endpoint = new AwsEndpoint({ plane, onFault: (error) => faults.push(error) });
let url: string;

beforeAll(async () => {
  url = await endpoint.start();
  secrets.add(SECRET, 'hunter2');
  route53.addZone('Z1', 'internal.example');
  cloudwatch.addAlarm('logins');
  elasticache.parameterGroups.add('own', 'redis7');
  elasticache.caches.addReplicationGroup({
    id: 'sessions8',
    engine: 'valkey',
    engineVersion: '8.1',
    nodeType: 'cache.m7g.large',
    parameterGroup: 'own',
    securityGroupIds: [CACHE_GROUP],
    transitEncryption: true,
    authToken: false,
    primaryEndpoint: { address: 'master.example', port: 6379 },
    readerEndpoint: { address: 'replica.example', port: 6379 },
    nodes: 1,
    automaticFailover: false,
  });
  ec2.securityGroups.add({ id: CACHE_GROUP, name: 'cache', vpcId: 'vpc-0123456789abcdef0' });
});

afterAll(async () => {
  for (const client of clients) {
    client.destroy();
  }
  await endpoint.stop();
  expect(faults).toEqual([]);
});

interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly maxAttempts: number;
  readonly credentials: AwsCredentials;
}

/** An SDK client as its own process would have it: endpoint and credentials, nothing else. */
function client<C extends { destroy(): void }>(
  Client: new (config: ClientConfig) => C,
  principal: Principal = anyone,
): C {
  const made = new Client({
    endpoint: url,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: endpoint.credentialsFor(principal),
  });
  clients.push(made);
  return made;
}

describe('an unmodified SDK client', () => {
  test('of Systems Manager writes and reads a parameter', async () => {
    const ssm = client(SSMClient);
    await ssm.send(new PutParameterCommand({ Name: '/a', Value: 'ü', Type: 'String' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a' }));
    expect(Parameter).toMatchObject({ Value: 'ü', Version: 1, LastModifiedDate: expect.any(Date) });
  });

  test('gets modelled errors as their classes', async () => {
    const ssm = client(SSMClient);
    await expect(ssm.send(new GetParameterCommand({ Name: '/none' }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
  });

  test('of Step Functions polls for a task and answers it', async () => {
    const worker = client(SFNClient);
    const polled = worker.send(new GetActivityTaskCommand({ activityArn: ACTIVITY, workerName: 'host' }));
    const beats: string[] = [];
    const signal = new AbortController().signal;
    const answer = sfn.tokens.wait({ token: 't1', resourceArn: ACTIVITY, signal, heartbeat: () => beats.push('t1') });
    sfn.activities.schedule(ACTIVITY, { token: 't1', input: '{"verb":"redis.status"}', signal, started: () => {} });
    expect(await polled).toMatchObject({ taskToken: 't1', input: '{"verb":"redis.status"}' });
    await worker.send(new SendTaskHeartbeatCommand({ taskToken: 't1' }));
    await worker.send(new SendTaskSuccessCommand({ taskToken: 't1', output: '{"ok":true}' }));
    expect(beats).toEqual(['t1']);
    expect(await answer).toEqual({ kind: 'success', output: { ok: true } });
    await expect(worker.send(new SendTaskHeartbeatCommand({ taskToken: 't1' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  test('of Step Functions that goes away leaves its poll', async () => {
    const worker = client(SFNClient);
    const leave = new AbortController();
    const polled = worker.send(new GetActivityTaskCommand({ activityArn: ACTIVITY }), { abortSignal: leave.signal });
    while (sfn.activities.workers(ACTIVITY) === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    leave.abort();
    await expect(polled).rejects.toMatchObject({ name: 'AbortError' });
    while (sfn.activities.workers(ACTIVITY) > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  test('of Secrets Manager reads a secret', async () => {
    const answer = await client(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: SECRET }));
    expect(answer.SecretString).toBe('hunter2');
  });

  test('of Route 53 changes and lists records', async () => {
    const dns = client(Route53Client);
    const record = (SetIdentifier: string, Weight: number) => ({
      Action: 'UPSERT' as const,
      ResourceRecordSet: {
        Name: 'sessions.internal.example',
        Type: 'CNAME' as const,
        TTL: 5,
        SetIdentifier,
        Weight,
        ResourceRecords: [{ Value: `${SetIdentifier}.example` }],
      },
    });
    const { ChangeInfo } = await dns.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: '/hostedzone/Z1',
        ChangeBatch: { Changes: [record('blue', 100), record('green', 0)] },
      }),
    );
    expect(await dns.send(new GetChangeCommand({ Id: ChangeInfo?.Id }))).toMatchObject({
      ChangeInfo: { Status: 'INSYNC' },
    });
    const listed = await dns.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: 'Z1',
        StartRecordName: 'sessions.internal.example',
        StartRecordType: 'CNAME',
        MaxItems: 1,
      }),
    );
    expect(listed).toMatchObject({
      IsTruncated: true,
      MaxItems: 1,
      NextRecordIdentifier: 'green',
      ResourceRecordSets: [
        { SetIdentifier: 'blue', Weight: 100, TTL: 5, ResourceRecords: [{ Value: 'blue.example' }] },
      ],
    });
    await expect(
      dns.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: 'Z1',
          ChangeBatch: { Changes: [{ ...record('blue', 1), Action: 'CREATE' }] },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidChangeBatch', message: expect.stringContaining('but it already exists') });
  });

  test('of EC2 authorizes a rule and finds it', async () => {
    const network = client(EC2Client);
    const permission = {
      IpProtocol: 'tcp',
      FromPort: 6379,
      ToPort: 6379,
      UserIdGroupPairs: [{ GroupId: CACHE_GROUP }],
    };
    const authorize = new AuthorizeSecurityGroupIngressCommand({ GroupId: CACHE_GROUP, IpPermissions: [permission] });
    expect(await network.send(authorize)).toMatchObject({ Return: true, SecurityGroupRules: [{ FromPort: 6379 }] });
    const filter = { Name: 'group-id', Values: [CACHE_GROUP] };
    expect(await network.send(new DescribeSecurityGroupRulesCommand({ Filters: [filter] }))).toMatchObject({
      SecurityGroupRules: [{ GroupId: CACHE_GROUP, IsEgress: false, ReferencedGroupInfo: { GroupId: CACHE_GROUP } }],
    });
    await expect(network.send(authorize)).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
  });

  test('of ElastiCache describes and changes', async () => {
    const cache = client(ElastiCacheClient);
    expect(await cache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'sessions8' }))).toMatchObject({
      ReplicationGroups: [
        {
          ReplicationGroupId: 'sessions8',
          TransitEncryptionEnabled: true,
          NodeGroups: [{ PrimaryEndpoint: { Port: 6379 } }],
        },
      ],
    });
    const change = (ParameterValue: string) =>
      new ModifyCacheParameterGroupCommand({
        CacheParameterGroupName: 'own',
        ParameterNameValues: [{ ParameterName: 'notify-keyspace-events', ParameterValue }],
      });
    await cache.send(change('KEA'));
    expect(elasticache.parameterGroups.valueOf('own', 'notify-keyspace-events')).toBe('KEA');
    await expect(cache.send(change('yes'))).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(cache.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId: 'x' }))).rejects.toMatchObject({
      name: 'ReplicationGroupNotFoundFault',
    });
  });

  test('of SNS and CloudWatch is understood', async () => {
    const published = await client(SNSClient).send(new PublishCommand({ TopicArn: TOPIC, Message: 'a & <b>' }));
    expect(published.MessageId).toEqual(expect.any(String));
    expect(await client(CloudWatchClient).send(new DescribeAlarmsCommand({ AlarmNames: ['logins'] }))).toMatchObject({
      MetricAlarms: [{ AlarmName: 'logins', StateValue: 'OK' }],
    });
  });

  test('may do what its principal’s policy allows, and no more', async () => {
    const reader = client(SSMClient, allowing({ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' }));
    await expect(
      reader.send(new PutParameterCommand({ Name: '/b', Value: 'b', Type: 'String' })),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('is not authorized to perform: ssm:PutParameter'),
    });
  });

  test('with credentials that nobody issued is refused', async () => {
    const stranger = new SSMClient({
      endpoint: url,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' },
    });
    clients.push(stranger);
    await expect(stranger.send(new GetParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });
});

describe('what is no request of an SDK', () => {
  const post = (headers: Record<string, string>, body: string) => fetch(url, { method: 'POST', headers, body });

  test('is answered with 500, and told of', async () => {
    const response = await post({}, '');
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('it is not signed');
    expect(String(faults.splice(0))).toContain('it is not signed');
  });

  test('in a known service is refused as AWS does', async () => {
    const { accessKeyId } = endpoint.credentialsFor(anyone);
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=host, Signature=0`;
    const unknown = await post({ authorization, 'x-amz-target': 'AmazonSSM.Nothing' }, '{}');
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { __type: 'UnknownOperationException' }]);
    const broken = await post({ authorization, 'x-amz-target': 'AmazonSSM.GetParameter' }, '{');
    expect([broken.status, await broken.json()]).toMatchObject([400, { __type: 'SerializationException' }]);
  });
});
