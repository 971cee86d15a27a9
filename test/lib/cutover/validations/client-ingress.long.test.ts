import { type IPeer, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { StrangersApp } from '../../strangers-app';

afterAll(removeTemporaryFolders);

const PORT = Port.tcp(6379);

interface Peers {
  readonly blue: readonly ((app: StrangersApp) => IPeer)[];
  readonly green: readonly ((app: StrangersApp) => IPeer)[];
  readonly clientsLeftBehind?: string[];
}

/** What is said of clients when client ingress is allowed after the migration is made. */
function said({ blue, green, clientsLeftBehind = [] }: Peers): string[] {
  const app = new StrangersApp();
  const from = app.blue();
  const to = app.green(from);
  app.migrate({ blue: from, green: to, clientsLeftBehind });
  for (const peer of blue) app.blueGroup.addIngressRule(peer(app), PORT);
  for (const peer of green) to.connections.allowDefaultPortFrom(peer(app));
  return app.said().filter((text) => text.includes('ClientsShutOut') || text.includes('clientsLeftBehind'));
}

const users = ({ users: group }: StrangersApp) => group;
const range = (cidr: string) => () => Peer.ipv4(cidr);
const ofVpc = ({ vpc }: StrangersApp) => Peer.ipv4(vpc.vpcCidrBlock);
const batch = ({ network }: StrangersApp) =>
  SecurityGroup.fromSecurityGroupId(network, 'Batch', 'sg-0ba7c000000000000');

test.each<[string, Peers, RegExp]>([
  ['nobody', { blue: [users], green: [] }, /green: its security groups let nobody in but the migration host/],
  ['others', { blue: [users, batch], green: [users] }, /sg-0ba7c000000000000 may connect to blue, and not to green/],
  ['a half', { blue: [range('10.0.0.0/16')], green: [range('10.0.0.0/17')] }, /10\.0\.0\.0\/16 may connect to blue/],
  ['a group', { blue: [range('10.0.0.0/16')], green: [users] }, /10\.0\.0\.0\/16 may connect to blue/],
])('a green that lets in %s is warned of', (_, peers, text) => {
  expect(said(peers)).toEqual([expect.stringMatching(text)]);
});

test.each<[string, Peers]>([
  ['the same group', { blue: [users], green: [users] }],
  ['everyone', { blue: [users, range('10.0.0.0/16')], green: [range('0.0.0.0/0')] }],
  ['both halves', { blue: [range('10.0.0.0/16')], green: [range('10.0.128.0/17'), range('10.0.0.0/17')] }],
  ['a range that may hold the group', { blue: [users], green: [range('10.0.0.0/16')] }],
  ['a range that a token names', { blue: [users, range('10.0.0.0/16')], green: [ofVpc] }],
  ['all but who stays out', { blue: [users, batch], green: [users], clientsLeftBehind: ['sg-0ba7c000000000000'] }],
])('a green that lets in %s is not', (_, peers) => {
  expect(said(peers)).toEqual([]);
});

test('of a group from elsewhere, the rules are not known', () => {
  const app = new StrangersApp();
  const blue = app.blue();
  app.blueGroup.addIngressRule(app.users, PORT);
  const group = SecurityGroup.fromSecurityGroupId(app.network, 'GreenGroup', 'sg-09ee0000000000000');
  app.migrate({ blue, green: app.green(blue, { securityGroups: [group] }) });
  expect(app.said().filter((text) => text.includes('clientsLeftBehind'))).toEqual([]);
});
