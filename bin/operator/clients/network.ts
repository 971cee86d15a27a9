import { BlockList } from 'node:net';
import {
  DescribeInstancesCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2';
import { everyItem, type Lookup } from './lookup';

/** The VPC that the migration host is in, and those that it is peered with. */
export interface Network {
  readonly vpcId: string;
  readonly blocks: readonly string[];
  readonly peers: readonly Peer[];
}

interface Peer {
  readonly connection: string;
  readonly vpcId: string;
  readonly account: string;
  readonly blocks: readonly string[];
}

const MAX_PEERINGS = 1000;

export async function networkOf(ec2: EC2Client, host: string, lookup: Lookup): Promise<Network | undefined> {
  return lookup.attempt('The VPC of the migration host', async () => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [host] }));
    const vpcId = Reservations[0]?.Instances?.[0]?.VpcId;
    if (vpcId === undefined) throw new Error(`EC2 does not say in which VPC ${host} is.`);
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const blocks = Vpcs.flatMap(({ CidrBlockAssociationSet = [] }) =>
      CidrBlockAssociationSet.map(({ CidrBlock }) => CidrBlock),
    );
    const peers = await lookup.attempt('VPCs that are peered', () => peersOf(ec2, vpcId, lookup));
    return { vpcId, blocks: blocks.flatMap((block) => block ?? []), peers: peers ?? [] };
  });
}

async function peersOf(ec2: EC2Client, vpcId: string, lookup: Lookup): Promise<Peer[]> {
  const active = await everyItem(
    async (NextToken) => {
      const filter = { Name: 'status-code', Values: ['active'] };
      const page = await ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters: [filter], NextToken }));
      return { items: page.VpcPeeringConnections ?? [], next: page.NextToken };
    },
    MAX_PEERINGS,
    () => lookup.miss('VPCs that are peered', `More than ${MAX_PEERINGS}.`),
  );
  return active.flatMap(
    ({ VpcPeeringConnectionId: connection = '', RequesterVpcInfo: one, AccepterVpcInfo: other }) => {
      if (one?.VpcId !== vpcId && other?.VpcId !== vpcId) return [];
      return [peerOf(connection, (one?.VpcId === vpcId ? other : one) ?? {})];
    },
  );
}

function peerOf(
  connection: string,
  { VpcId = '', OwnerId = '', CidrBlock, CidrBlockSet = [] }: VpcPeeringConnectionVpcInfo,
): Peer {
  const blocks = [CidrBlock, ...CidrBlockSet.map((block) => block.CidrBlock)].flatMap((block) => block ?? []);
  return { connection, vpcId: VpcId, account: OwnerId, blocks: [...new Set(blocks)] };
}

/** Where an address comes from that no network interface of the account has. */
export function elsewhere(address: string, network: Network | undefined): string {
  if (network === undefined) return `${address}: no network interface of this account`;
  if (holds(network.blocks, address)) return `${address}: no network interface has it any more`;
  const peer = network.peers.find(({ blocks }) => holds(blocks, address));
  if (peer !== undefined) return `${address} of ${peer.vpcId}, account ${peer.account}, peered by ${peer.connection}`;
  return `${address} outside of ${network.vpcId}: a transit gateway, a VPN or another network leads to it`;
}

function holds(blocks: readonly string[], address: string): boolean {
  const list = new BlockList();
  for (const block of blocks) {
    const [net = '', bits = ''] = block.split('/');
    if (!net.includes(':')) list.addSubnet(net, Number(bits));
  }
  return list.check(address);
}
