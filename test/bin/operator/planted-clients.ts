import type { NetworkInterface } from '@aws-sdk/client-ec2';
import { CloudWatchLogs } from '../../../rehearsal/aws/cloudwatch-logs/cloudwatch-logs';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2';
import { Ecs } from '../../../rehearsal/aws/ecs/ecs';
import { type AwsEnvironment, arnOf } from '../../../rehearsal/aws/environment';
import { Lambda } from '../../../rehearsal/aws/lambda/lambda';
import { Route53Resolver } from '../../../rehearsal/aws/route53-resolver';
import { SecretsManager } from '../../../rehearsal/aws/secrets-manager';
import type { AwsService } from '../../../rehearsal/aws/service';

export const VPC = 'vpc-0123456789abcdef0';
export const RECORD = 'sessions.internal.example';
export const BLUE = 'sessions.abc123.0001.euw1.cache.amazonaws.com';
export const SECRET_VALUE = `{"host":"${BLUE}","password":"hunter2-not-to-be-seen"}`;
const LOG_GROUP = '/aws/route53resolver/queries';

/** Addresses that clients of this machine may have, one each. */
export const ADDRESSES = {
  service: '127.0.0.11',
  standAlone: '127.0.0.12',
  instance: '127.0.0.13',
  lambda: '127.0.0.14',
  nat: '127.0.0.15',
  balancer: '127.0.0.16',
  gone: '127.0.0.17',
  peered: '127.1.0.18',
  outside: '127.2.0.19',
} as const;

/** Who resolves the record and is not connected. */
const RESOLVING = { monthly: '127.0.0.21', gone: '127.0.0.22' };

export interface Planted {
  readonly host: string;
  /** @default true */
  readonly queriesLogged?: boolean;
  /** How many others there are of everything that is listed by pages. @default 0 */
  readonly others?: number;
}

/** The services of an account with consumers of every kind. */
export const planted =
  ({ host, queriesLogged = true, others = 0 }: Planted) =>
  (environment: AwsEnvironment): readonly AwsService[] => {
    const networkInterfaces = new Map<string, string>();
    const ec2 = new Ec2(environment);
    const ecs = new Ecs({
      environment,
      scale: () => Promise.resolve(),
      networkInterfaceOf: (task) => networkInterfaces.get(task),
    });
    const lambda = new Lambda({ environment });
    const secrets = new SecretsManager(environment);
    const id = (prefix: string) => `${prefix}-${environment.ids.hex(17)}`;
    const plug = (address: string, more: Partial<NetworkInterface>) => {
      const plugged = id('eni');
      ec2.networkInterfaces.add({
        NetworkInterfaceId: plugged,
        VpcId: VPC,
        InterfaceType: 'interface',
        ...more,
        PrivateIpAddress: address,
        PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }],
      });
      return plugged;
    };
    for (let index = 0; index < others; index += 1) {
      plug(`10.0.${index >> 8}.${index & 255}`, {});
      secrets.add(arnOf(environment, 'secretsmanager', `secret:other-${index}-aaaaaa`), '{"host":"elsewhere"}');
      lambda.functions.add(`other-${index}`);
      ecs.taskDefinitions.add(`other-${index}`, []);
    }

    ec2.vpcs.add(VPC, '127.0.0.0/24', '10.0.0.0/16');
    ec2.vpcs.addPeering({
      VpcPeeringConnectionId: 'pcx-0123456789abcdef0',
      Status: { Code: 'active' },
      RequesterVpcInfo: { VpcId: 'vpc-0ffffffffffffffff', OwnerId: '444455556666', CidrBlock: '127.1.0.0/24' },
      AccepterVpcInfo: { VpcId: VPC, OwnerId: environment.account, CidrBlock: '127.0.0.0/24' },
    });
    ec2.instances.add({ instanceId: host, vpcId: VPC, tags: {} });
    const batch = id('i');
    ec2.instances.add({
      instanceId: batch,
      vpcId: VPC,
      tags: { Name: 'batch-1', 'aws:autoscaling:groupName': 'batch' },
    });
    plug(ADDRESSES.instance, { Attachment: { InstanceId: batch } });

    const web = ecs.taskDefinitions.add('web', [
      { name: 'app', environment: [{ name: 'REDIS_URL', value: `rediss://${RECORD}:6379/0` }] },
    ]);
    ecs.taskDefinitions.add('web', [{ name: 'app', environment: [] }]);
    ecs.services.add({ cluster: 'shop', name: 'web', desiredCount: 1, taskDefinitionArn: web });
    ecs.taskDefinitions.add('silent', [{ name: 'job' }]);
    ecs.services.add({ cluster: 'shop', name: 'silent', desiredCount: 1 });
    const [task] = ecs.services.all('shop').flatMap(({ tasks }) => tasks.map(({ arn }) => arn));
    networkInterfaces.set(
      String(task),
      plug(ADDRESSES.service, { Description: 'arn:aws:ecs:eu-west-1:1:attachment/1' }),
    );
    plug(ADDRESSES.standAlone, { Description: 'RDSNetworkInterface' });
    networkInterfaces.set(
      String(ecs.services.all('shop')[1]?.tasks[0]?.arn),
      plug(RESOLVING.monthly, { Description: 'arn:aws:ecs:eu-west-1:1:attachment/2' }),
    );

    const inVpc = { SubnetIds: ['subnet-a'], SecurityGroupIds: ['sg-b', 'sg-a'], VpcId: VPC };
    lambda.functions.add('thumbnails', undefined, 3, { VpcConfig: inVpc });
    lambda.functions.add('reports', undefined, 3, { Environment: { Variables: { CACHE: BLUE } } });
    lambda.functions.add('sealed', undefined, 3, {
      Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'Lambda may not use the key.' } },
    });
    plug(ADDRESSES.lambda, {
      InterfaceType: 'lambda',
      Description: 'AWS Lambda VPC ENI-thumbnails-0',
      SubnetId: 'subnet-a',
      Groups: [{ GroupId: 'sg-a' }, { GroupId: 'sg-b' }],
    });
    plug(ADDRESSES.nat, {
      InterfaceType: 'natGateway',
      Description: 'Interface for NAT Gateway nat-0123456789abcdef0',
    });
    plug(ADDRESSES.balancer, { Description: 'ELB app/front/50dc6c495c0c9188' });

    const secret = arnOf(environment, 'secretsmanager', 'secret:shop/redis-a1b2c3');
    secrets.add(secret, SECRET_VALUE);
    ecs.taskDefinitions.add('nightly', [{ name: 'job', secrets: [{ name: 'REDIS', valueFrom: `${secret}:host::` }] }]);

    const logs = new CloudWatchLogs({ environment });
    logs.addGroup(LOG_GROUP);
    const resolver = new Route53Resolver(environment);
    if (queriesLogged) resolver.logQueries(VPC, arnOf(environment, 'logs', `log-group:${LOG_GROUP}`));
    const asked = (srcaddr: string, query_name: string, daysAgo: number, more: object = {}) =>
      logs.write(
        LOG_GROUP,
        JSON.stringify({ version: '1.1', vpc_id: VPC, query_name, query_type: 'A', srcaddr, srcids: {}, ...more }),
        0,
        environment.clock.now() - daysAgo * 86_400_000,
      );
    asked(RESOLVING.monthly, `${RECORD}.`, 5);
    asked(RESOLVING.monthly, `${RECORD}.`, 6);
    asked(RESOLVING.gone, `${BLUE}.`, 1);
    asked('127.0.0.23', `${RECORD}.`, 20);
    asked('127.0.0.24', 'other.internal.example.', 1);
    asked('127.0.0.25', `${RECORD}.`, 1, { srcids: { instance: host } });
    return [ec2, ecs, lambda, secrets, logs, resolver];
  };
