import { Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { ClientIngress } from '../../../../lib/cutover/client-ingress/client-ingress';
import {
  IngressComparison,
  type IngressComparisonProps,
} from '../../../../lib/cutover/client-ingress/ingress-comparison';
import { withFindings } from '../../../../lib/cutover/preflight/findings';
import { expression } from '../../../../lib/cutover/states/expression';
import { inOrder } from '../../../../lib/cutover/states/in-order';
import { CallJournal } from '../../../../rehearsal/aws/call-journal';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../../../rehearsal/aws/ec2/security-group';
import type { Json } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../../../rehearsal/aws/test-environment';
import { play } from '../machine/play';

const [BLUE, GREEN, WEB, BATCH, HOST] = [
  'sg-0b10e000000000000',
  'sg-09ee0000000000000',
  'sg-0eb00000000000000',
  'sg-0ba7c000000000000',
  'sg-04005700000000000',
];
const LIST = 'pl-0123456789abcdef0';

afterAll(removeTemporaryFolders);

const rule = (source: NewRule['source'], more: Partial<NewRule> = {}): NewRule => ({
  ...{ isEgress: false, protocol: 'tcp', fromPort: 6379, toPort: 6379 },
  source,
  ...more,
});
const group = (groupId = WEB, more: Partial<NewRule> = {}) => rule({ kind: 'group', groupId }, more);
const cidr = (range: string, more: Partial<NewRule> = {}) => rule({ kind: 'cidr', cidr: range }, more);
const cidr6 = (range: string) => rule({ kind: 'cidr6', cidr: range });
const list = (prefixListId = LIST) => rule({ kind: 'prefixList', prefixListId });

interface Given extends Partial<IngressComparisonProps> {
  readonly back?: boolean;
  readonly journal?: Json;
}

/** Looks from blue to green, or from green to blue; gives what is found. */
async function findings(blue: readonly NewRule[], green: readonly NewRule[], given: Given = {}) {
  const { environment } = testEnvironment();
  const ec2 = new Ec2(environment);
  for (const id of [WEB, BATCH, HOST]) ec2.securityGroups.add({ id, name: id, vpcId: 'vpc' });
  ec2.securityGroups.add({ id: BLUE, name: 'blue', vpcId: 'vpc' }, blue);
  ec2.securityGroups.add({ id: GREEN, name: 'green', vpcId: 'vpc' }, green);
  const plane = new ControlPlane({ environment, services: [ec2], journal: new CallJournal() });
  const ingress = new ClientIngress({ hostSecurityGroupId: HOST, securityGroupIds: [BLUE, GREEN] });
  const sides = [
    { side: 'blue', port: 6379, securityGroupIds: [BLUE] },
    { side: 'green', port: 6379, securityGroupIds: [GREEN] },
  ];
  const [from, to] = given.back === true ? sides.toReversed() : sides;
  const result = await play(
    plane,
    (stack) => {
      const { vpcCidrs = [], leftBehind = [] } = given;
      const comparison = new IngressComparison(stack, { vpcCidrs, leftBehind });
      const found = expression(withFindings(`{'findings': [], 'errors': 0}`, comparison.findings()));
      return inOrder(
        Pass.jsonata(stack, 'Begin', { assign: { from, to, journal: expression('$states.input') } }),
        ingress.measure(stack, 'Measure', '$from'),
        comparison.look(ingress),
        Pass.jsonata(stack, 'End', { outputs: found }),
      );
    },
    given.journal ?? { ingress: {} },
  );
  expect({ status: result.status, cause: result.cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
  return result.output as { errors: number; findings: { id: string; severity: string; message: string }[] };
}

const SHUT_OUT = { id: 'clients.shut-out', severity: 'error' };
const NOT_COMPARED = { id: 'clients.not-compared', severity: 'warning' };

test.each<[string, NewRule[], NewRule[]]>([
  ['their own group', [group()], [group()]],
  ['every address', [group(), cidr('10.0.0.0/16'), list()], [cidr('0.0.0.0/0')]],
  ['the same range', [cidr('10.0.0.0/16')], [cidr('10.0.0.0/16')]],
  ['a wider range', [cidr('10.0.7.9/32')], [cidr('10.0.0.0/8')]],
  ['two ranges that are one', [cidr('10.0.0.0/16')], [cidr('10.0.128.0/17'), cidr('10.0.0.0/17')]],
  ['ranges that overlap', [cidr('10.0.0.0/16')], [cidr('10.0.0.0/17'), cidr('10.0.64.0/18'), cidr('10.0.128.0/17')]],
  ['every IPv6 address', [cidr6('2001:db8::/32')], [cidr6('::/0')]],
  ['the same IPv6 range', [cidr6('2001:db8::/32')], [cidr6('2001:db8::/32')]],
  ['the same prefix list', [list()], [list()]],
  ['more ports', [group()], [group(WEB, { fromPort: 6000, toPort: 7000 })]],
  ['all protocols', [group()], [group(WEB, { protocol: '-1', fromPort: -1, toPort: -1 })]],
])('clients that green lets in by %s are not shut out', async (_, blue, green) => {
  expect(await findings(blue, green)).toMatchObject({ errors: 0, findings: [] });
});

test.each<[string, NewRule[], NewRule[], RegExp]>([
  ['nobody', [group()], [], /^sg-0eb00000000000000 may connect to blue, and not to green/],
  ['the host alone', [group()], [group(HOST)], /^sg-0eb/],
  [
    'another group',
    [group(), group(BATCH, { description: 'Batch' })],
    [group()],
    /^sg-0ba7c000000000000 \(Batch\) may/,
  ],
  ['another port', [group()], [group(WEB, { fromPort: 6380, toPort: 6380 })], /^sg-0eb/],
  ['another protocol', [group()], [group(WEB, { protocol: 'udp' })], /^sg-0eb/],
  ['a way out, not in', [group()], [group(WEB, { isEgress: true })], /^sg-0eb/],
  ['a part of the range', [cidr('10.0.0.0/16')], [cidr('10.0.0.0/17')], /^10\.0\.0\.0\/16 may/],
  ['ranges with a gap', [cidr('10.0.0.0/16')], [cidr('10.0.0.0/18'), cidr('10.0.128.0/17')], /^10\.0\.0\.0\/16 may/],
  ['a group of the range', [cidr('10.0.0.0/16')], [group()], /^10\.0\.0\.0\/16 may/],
  ['another prefix list', [list()], [list('pl-0123456789abcdef1')], /^pl-0123456789abcdef0 may/],
  ['IPv4 alone', [cidr6('2001:db8::/32')], [cidr('0.0.0.0/0')], /^2001:db8::\/32 may/],
  ['none of two', [group(), cidr('10.0.0.0/16')], [], /^sg-0eb00000000000000, 10\.0\.0\.0\/16 may/],
])('clients of blue are shut out where green lets in %s', async (_, blue, green, message) => {
  expect(await findings(blue, green)).toMatchObject({
    errors: 1,
    findings: [{ ...SHUT_OUT, message: expect.stringMatching(message) }],
  });
});

test('whether a range holds the clients of a group is known of the VPC’s own range alone', async () => {
  const [blue, green] = [[group()], [cidr('10.0.0.0/17'), cidr('10.0.128.0/17')]];
  expect(await findings(blue, green)).toMatchObject({ errors: 0, findings: [NOT_COMPARED] });
  expect(await findings(blue, green, { vpcCidrs: ['10.0.0.0/16'] })).toMatchObject({ findings: [] });
  expect(await findings(blue, green, { vpcCidrs: ['10.1.0.0/16'] })).toMatchObject({ errors: 1, findings: [SHUT_OUT] });
});

test('more rules than one look holds leave open who is among the others', async () => {
  const many = Array.from({ length: 201 }, (_, index) => cidr(`10.1.${index}.0/24`));
  const found = await findings([group()], many);
  expect(found).toMatchObject({
    errors: 0,
    findings: [{ ...NOT_COMPARED, message: expect.stringMatching('first 200') }],
  });
});

test('another migration’s host is no client', async () => {
  const blue = [group(), group(BATCH, { description: 'Migration host' })];
  expect(await findings(blue, [group()])).toMatchObject({ findings: [] });
});

test('clients that are to stay behind are not missed', async () => {
  const blue = [group(), group(BATCH), cidr('10.0.0.0/16'), list()];
  const left = await findings(blue, [group()], { leftBehind: [BATCH, '10.0.0.0/16', LIST] });
  expect(left).toMatchObject({ findings: [] });
});

test('revoked ingress counts as it will be restored', async () => {
  const rules = [{ groupId: GREEN, protocol: 'tcp', fromPort: 6379, toPort: 6379, source: WEB }];
  const journal = { ingress: { green: { revoked: true, rules } } };
  expect(await findings([group()], [], { journal })).toMatchObject({ findings: [] });
  expect(await findings([], [], { journal, back: true })).toMatchObject({
    errors: 0,
    findings: [{ id: 'clients.shut-out', severity: 'warning' }],
  });
});
