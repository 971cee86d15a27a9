import { App, Stack } from 'aws-cdk-lib';
import { CfnPrefixList, type IPeer, Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { SecurityGroups } from '../../../../rehearsal/aws/ec2/security-groups';
import { Identifiers } from '../../../../rehearsal/aws/identifiers';
import { deployClients } from '../../../../rehearsal/testbed/clients/client-sources';
import { removeTemporaryFolders, temporaryFolder } from '../../assembly/written-assembly';
import { testEnvironment } from '../../aws/test-environment';

afterAll(removeTemporaryFolders);

class Network {
  readonly stack = new Stack(new App({ outdir: temporaryFolder() }), 'Network');
  readonly vpc = new Vpc(this.stack, 'Vpc', { maxAzs: 1, natGateways: 0 });
  readonly clients = new SecurityGroup(this.stack, 'Users', { vpc: this.vpc });
  readonly blue = new SecurityGroup(this.stack, 'Blue', { vpc: this.vpc });
  readonly green = new SecurityGroup(this.stack, 'Green', { vpc: this.vpc });
  readonly list = new CfnPrefixList(this.stack, 'List', {
    prefixListName: 'offices',
    addressFamily: 'IPv4',
    maxEntries: 1,
    entries: [{ cidr: '192.0.2.0/24' }],
  });

  /** Whom blue lets in, by their kind, and whether each gets into green and out of its own groups. */
  deploy(blueGroups?: string[]) {
    const assembly = loadAssembly((this.stack.node.root as App).synth().directory);
    const idOf = (group: SecurityGroup) => String(this.stack.resolve(group.securityGroupId)['Fn::GetAtt'][0]);
    const made = (group: SecurityGroup) => {
      const resource = assembly.resources('AWS::EC2::SecurityGroup').find(({ logicalId }) => logicalId === idOf(group));
      return String(resource?.physicalId);
    };
    const { environment } = testEnvironment();
    const securityGroups = new SecurityGroups(environment);
    const side = (ids: string[]) => ({ port: 6379, securityGroupIds: ids });
    const sides = { blue: side(blueGroups ?? [made(this.blue)]), green: side([made(this.green)]) };
    const migration = { sides };
    const ids = new Identifiers('test');
    const { sources, assumed } = deployClients({ assembly, migration, securityGroups, ids });
    const target = { address: '10.0.0.9', groupIds: sides.green.securityGroupIds };
    return {
      assumed,
      clients: sources.map(({ name, peer }) => ({
        kind: name.replace(/-.*/, ''),
        intoBlue: securityGroups.allows(sides.blue.securityGroupIds, 6379, peer),
        intoGreen:
          securityGroups.allows(sides.green.securityGroupIds, 6379, peer) &&
          securityGroups.allowsOut(peer.groupIds, 6379, target),
      })),
    };
  }
}

const peers: readonly [string, (network: Network) => IPeer][] = [
  ['sg', ({ clients }) => clients],
  ['10.0.0.0/16', () => Peer.ipv4('10.0.0.0/16')],
  ['2001:db8::/32', () => Peer.ipv6('2001:db8::/32')],
  ['pl', ({ list }) => Peer.prefixList(list.attrPrefixListId)],
];

test.each(peers)('clients that blue lets in as %s get into green where it lets the same in', (kind, peer) => {
  const network = new Network();
  for (const group of [network.blue, network.green]) group.addIngressRule(peer(network), Port.tcp(6379));
  expect(network.deploy()).toEqual({ assumed: [], clients: [{ kind, intoBlue: true, intoGreen: true }] });
});

test.each(peers)('clients that blue lets in as %s do not get into a green that lets nobody in', (kind, peer) => {
  const network = new Network();
  network.blue.addIngressRule(peer(network), Port.tcpRange(6000, 7000));
  expect(network.deploy()).toEqual({ assumed: [], clients: [{ kind, intoBlue: true, intoGreen: false }] });
});

test('those of a group get in by the range of their VPC, and those of a range are whom green leaves out', () => {
  const network = new Network();
  network.blue.addIngressRule(network.clients, Port.tcp(6379));
  network.blue.addIngressRule(Peer.ipv4('10.0.0.0/15'), Port.tcp(6379));
  network.green.addIngressRule(Peer.ipv4('10.0.0.0/16'), Port.allTraffic());
  expect(network.deploy().clients).toEqual(
    expect.arrayContaining([
      { kind: 'sg', intoBlue: true, intoGreen: true },
      { kind: '10.0.0.0/15', intoBlue: true, intoGreen: false },
    ]),
  );
});

test('those whose own group lets nothing out to green do not get there', () => {
  const network = new Network();
  const { vpc, stack } = network;
  const strict = new SecurityGroup(stack, 'Strict', { vpc, allowAllOutbound: false });
  for (const group of [network.blue, network.green]) group.addIngressRule(strict, Port.tcp(6379));
  expect(network.deploy().clients).toMatchObject([{ intoGreen: false }]);
});

test('of a blue from elsewhere whom green lets in are taken for its clients, and that is said', () => {
  const network = new Network();
  network.green.addIngressRule(network.clients, Port.tcp(6379));
  const { clients, assumed } = network.deploy(['sg-0b10e000000000000']);
  expect(clients).toEqual([{ kind: 'sg', intoBlue: true, intoGreen: true }]);
  expect(assumed).toEqual([
    expect.stringMatching(/rule of blue's security groups \(sg-0b10e000000000000\)\. The rehearsal takes/),
  ]);
});

test('where green lets nobody in either, there are clients all the same', () => {
  const { clients, assumed } = new Network().deploy(['sg-0b10e000000000000']);
  expect(clients).toEqual([{ kind: 'sg', intoBlue: true, intoGreen: false }]);
  expect(assumed).toEqual([expect.stringContaining('a made-up group')]);
});
