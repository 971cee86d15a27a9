import {
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { everyItem, type Lookup } from './lookup';
import { elsewhere, type Network } from './network';
import type { RunningTask } from './running-tasks';

export interface AddressesProps {
  readonly ec2: EC2Client;
  readonly network: Network | undefined;
  readonly tasks: readonly RunningTask[];
  readonly functions: readonly FunctionConfiguration[];
}

/** A filter takes no more values. @see docs/aws-facts.md#ec2-network-interfaces */
const AT_ONCE = 200;
const MAX_INTERFACES = 10_000;

/** Whose each address is, by the address. */
export async function whoseAddresses(
  addresses: readonly string[],
  props: AddressesProps,
  lookup: Lookup,
): Promise<ReadonlyMap<string, string>> {
  const sought = [...new Set(addresses)];
  const found = await lookup.attempt('Network interfaces', () => interfacesOf(sought, props.ec2, lookup));
  const interfaces = found ?? new Map<string, NetworkInterface>();
  const instances = await instancesOf([...interfaces.values()], props.ec2, lookup);
  return new Map(
    sought.map((address) => {
      const one = interfaces.get(address);
      if (one !== undefined) return [address, ownerOf(one, instances, props)];
      return [address, found === undefined ? address : elsewhere(address, props.network)];
    }),
  );
}

async function interfacesOf(addresses: readonly string[], ec2: EC2Client, lookup: Lookup) {
  const found = new Map<string, NetworkInterface>();
  for (let begin = 0; begin < addresses.length; begin += AT_ONCE) {
    const filter = { Name: 'addresses.private-ip-address', Values: addresses.slice(begin, begin + AT_ONCE) };
    const page = await everyItem(
      async (NextToken) => {
        const answer = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [filter], NextToken }));
        return { items: answer.NetworkInterfaces ?? [], next: answer.NextToken };
      },
      MAX_INTERFACES,
      () => lookup.miss('Network interfaces', `More than ${MAX_INTERFACES}.`),
    );
    for (const each of page) {
      for (const { PrivateIpAddress: address = '' } of [each, ...(each.PrivateIpAddresses ?? [])])
        found.set(address, each);
    }
  }
  return found;
}

/** `EC2 instance batch-1 (i-…) of the Auto Scaling group batch`, by the instance's id. */
async function instancesOf(interfaces: readonly NetworkInterface[], ec2: EC2Client, lookup: Lookup) {
  const ids = [...new Set(interfaces.flatMap(({ Attachment }) => Attachment?.InstanceId ?? []))];
  const names = new Map<string, string>();
  await lookup.attempt('EC2 instances', async () => {
    for (let begin = 0; begin < ids.length; begin += AT_ONCE) {
      const asked = { InstanceIds: ids.slice(begin, begin + AT_ONCE) };
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand(asked));
      for (const { InstanceId: id = '', Tags = [] } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        const tag = (key: string) => Tags.find(({ Key }) => Key === key)?.Value;
        const [name, group] = [tag('Name'), tag('aws:autoscaling:groupName')];
        const named = name === undefined ? id : `${name} (${id})`;
        names.set(id, `EC2 instance ${named}${group === undefined ? '' : ` of the Auto Scaling group ${group}`}`);
      }
    }
  });
  return names;
}

/**
 * A task's interface is known to ECS, and an instance's to EC2. Lambda shares one among the functions of the same subnet and
 * security groups. Of the others their description tells, which AWS's own services write.
 *
 * @see docs/aws-facts.md#ecs-task-interface
 * @see docs/aws-facts.md#lambda-shared-interface
 */
function ownerOf(one: NetworkInterface, instances: ReadonlyMap<string, string>, props: AddressesProps): string {
  const { NetworkInterfaceId: id = '', Description: text = '', InterfaceType: type = '', Attachment } = one;
  const task = props.tasks.find(({ networkInterfaces }) => networkInterfaces.includes(id));
  if (task !== undefined) return task.consumer;
  const instance = Attachment?.InstanceId;
  if (instance !== undefined) return instances.get(instance) ?? `EC2 instance ${instance}`;
  const balancer = /^ELB (.+)$/.exec(text)?.[1];
  if (balancer !== undefined) return `load balancer ${balancer.replace(/^(app|net|gwy)\/([^/]+)\/.*$/, '$2')}`;
  // The API's model has one spelling, and what EC2 answers the other.
  if (/^nat_?gateway$/i.test(type)) {
    return `NAT gateway ${/nat-[0-9a-f]+/.exec(text)?.[0] ?? id}: who is behind it, its subnets' instances say`;
  }
  if (type === 'lambda' || text.startsWith('AWS Lambda VPC ENI')) return lambdaOf(one, props.functions);
  return `network interface ${id} (${text === '' ? type : text})`;
}

function lambdaOf(
  { SubnetId = '', Groups = [], Description = '' }: NetworkInterface,
  all: readonly FunctionConfiguration[],
) {
  const groups = Groups.map(({ GroupId }) => GroupId).sort();
  const names = all
    .filter(({ VpcConfig: { SubnetIds = [], SecurityGroupIds = [] } = {} }) => {
      return SubnetIds.includes(SubnetId) && [...SecurityGroupIds].sort().join() === groups.join();
    })
    .map(({ FunctionName = '' }) => FunctionName);
  if (names.length === 0) return `Lambda function of the interface "${Description}"`;
  if (names.length === 1) return `Lambda function ${names[0]}`;
  return `Lambda function, one of ${names.join(', ')}: they share a network interface`;
}
