import type { Stack } from 'aws-cdk-lib';
import { Chain, Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { ClientIngress } from '../../../../lib/cutover/client-ingress/client-ingress';
import { expression } from '../../../../lib/cutover/states/expression';
import { is } from '../../../../lib/cutover/states/is';
import { CallJournal } from '../../../../rehearsal/aws/call-journal';
import { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../../../rehearsal/aws/ec2/security-group';
import { type Json, type JsonObject, VirtualClock } from '../../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../../../rehearsal/aws/test-environment';
import { play } from '../machine/play';

const CACHE = 'sg-0cac4e00000000000';
const OTHER = 'sg-0cac4f00000000000';
const WEB = 'sg-0eb00000000000000';
const PARTNER = 'sg-0fa70000000000000';
const HOST = 'sg-04005700000000000';
const BLUE = { side: 'blue', port: 6379, securityGroupIds: [CACHE, OTHER] };

afterAll(removeTemporaryFolders);

const ingressRule = (source: NewRule['source'], rule: Partial<NewRule> = {}): NewRule => ({
  isEgress: false,
  protocol: 'tcp',
  fromPort: 6379,
  toPort: 6379,
  source,
  ...rule,
});
const cidr = (range: string, rule: Partial<NewRule> = {}) => ingressRule({ kind: 'cidr', cidr: range }, rule);

/** Every kind of rule through which somebody can reach the port. */
const USERS: readonly NewRule[] = [
  ingressRule({ kind: 'group', groupId: WEB }, { description: 'the web servers (own), #1' }),
  ingressRule({ kind: 'group', groupId: PARTNER, userId: '444455556666' }, { description: 'a peer' }),
  cidr('10.0.0.0/16'),
  cidr('10.1.0.0/16', { fromPort: 6000, toPort: 7000, description: 'a range of ports' }),
  ingressRule({ kind: 'cidr6', cidr: '2001:db8::/32' }, { description: 'v6' }),
  ingressRule({ kind: 'prefixList', prefixListId: 'pl-0123456789abcdef0' }),
  cidr('10.2.0.0/16', { protocol: '-1', fromPort: -1, toPort: -1, description: 'everything' }),
];

/** Rules that are nobody's way to the cache, and the host's own. */
const BYSTANDERS: readonly NewRule[] = [
  ingressRule({ kind: 'group', groupId: HOST }, { description: 'Migration host' }),
  cidr('10.3.0.0/16', { fromPort: 22, toPort: 22 }),
  cidr('10.0.0.0/16', { protocol: 'udp' }),
  cidr('0.0.0.0/0', { isEgress: true, protocol: '-1', fromPort: -1, toPort: -1 }),
];

interface StageProps {
  readonly other?: readonly NewRule[];
  readonly replicas?: readonly string[];
  /** How old EC2's looks are, in seconds. */
  readonly oldBy?: number;
}

function stage(rules: readonly NewRule[], { other = [], replicas = [], oldBy = 0 }: StageProps = {}) {
  const clock = new VirtualClock();
  const environment = {
    ...testEnvironment().environment,
    clock: { now: () => clock.now(), sleep: () => new Promise<void>(() => {}) },
  };
  const ec2 = new Ec2(environment);
  const calls = new CallJournal();
  for (const id of [WEB, HOST]) ec2.securityGroups.add({ id, name: id, vpcId: 'vpc-0123456789abcdef0' });
  ec2.securityGroups.add({ id: CACHE, name: 'cache', vpcId: 'vpc-0123456789abcdef0' }, rules);
  ec2.securityGroups.add({ id: OTHER, name: 'other', vpcId: 'vpc-0123456789abcdef0' }, other);
  const plane = new ControlPlane({
    environment,
    services: [ec2],
    journal: calls,
    staleReads: { longestMs: oldBy * 1000, random: () => 0.999 },
  });

  const clientIngress = new ClientIngress({
    hostSecurityGroupId: HOST,
    replicationSecurityGroupIds: replicas,
    securityGroupIds: [CACHE, OTHER],
  });
  const steps: Record<string, (stack: Stack) => IChainable> = {
    record: (stack) => clientIngress.record(stack, 'Record', '$from', true),
    look: (stack) => clientIngress.record(stack, 'Record', '$from', false),
    revoke: (stack) => clientIngress.revoke(stack, 'Revoke', '$from'),
    restore: (stack) => clientIngress.restore(stack, 'Restore', '$from'),
    measure: (stack) => {
      const measured = clientIngress.measure(stack, 'Measure', '$from');
      const [isTooMany, fail] = clientIngress.tooManyRules(stack);
      const choice = Choice.jsonata(stack, 'Too many?').when(is(isTooMany), fail);
      const fits = Pass.jsonata(stack, 'They fit');
      measured.next(choice.otherwise(fits));
      return Chain.custom(measured, [fits], fits);
    },
  };
  const perform = (step: string, ingress: Json) =>
    play(
      plane,
      (stack) => {
        const begin = Pass.jsonata(stack, 'Begin', {
          assign: { from: BLUE, journal: expression('$states.input') },
        });
        const end = Pass.jsonata(stack, 'End');
        const chain = steps[step]?.(stack) ?? end;
        begin.next(chain);
        for (const last of chain.endStates) last.next(end);
        return Chain.start(begin);
      },
      { ingress },
      { clock },
    );
  /** Runs one of its chains; gives what it outputs. */
  const run = async (step: string, ingress: Json = {}) => {
    const { status, output, cause } = await perform(step, ingress);
    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    return output as { ingress?: JsonObject };
  };
  let told = 0;
  return {
    rules: (group = CACHE) => ec2.securityGroups.rulesOf(group).map(({ id, ...rule }) => rule),
    groups: ec2.securityGroups,
    insert: (...added: NewRule[]) => ec2.securityGroups.insert(CACHE, added),
    now: () => clock.now(),
    perform,
    /** The calls since the last time. */
    calls: () => {
      const actions = calls.entries.map(({ action }) => action);
      const since = actions.slice(told);
      told = actions.length;
      return since;
    },
    record: async (ingress?: Json) => (await run('record', ingress)).ingress as JsonObject,
    look: async (ingress?: Json) => (await run('look', ingress)).ingress as JsonObject,
    revoke: (ingress: Json) => run('revoke', ingress),
    restore: (ingress: Json) => run('restore', ingress),
  };
}

/** In any order. */
const sorted = (rules: readonly unknown[]) => rules.map((rule) => JSON.stringify(rule, keysOf(rules))).sort();
const keysOf = (rules: readonly unknown[]) => {
  const keys = new Set<string>();
  JSON.stringify(rules, (key, value) => {
    keys.add(key);
    return value;
  });
  return [...keys].sort();
};

/** With the owner that AWS always tells. */
const owned = (rules: readonly NewRule[]) =>
  rules.map((rule) =>
    rule.source.kind === 'group' ? { ...rule, source: { userId: '111122223333', ...rule.source } } : rule,
  );

test('client ingress that was revoked and restored is as it was, whatever its rules', async () => {
  const { rules, record, revoke, restore } = stage([...USERS, ...BYSTANDERS]);
  const ingress = await record();
  await revoke(ingress);
  expect(rules()).toEqual(BYSTANDERS);
  await restore(ingress);
  expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
});

test.each(USERS.map((rule) => [rule.description ?? JSON.stringify(rule.source), rule]))(
  'client ingress of one rule only (%s) is as it was',
  async (_, rule) => {
    const { rules, record, revoke, restore } = stage([rule]);
    const ingress = await record();
    expect(ingress).toMatchObject({ blue: { revoked: true, rules: [expect.any(Object)] } });
    await revoke(ingress);
    expect(rules()).toEqual([]);
    await restore(ingress);
    expect(owned(rules())).toEqual(owned([rule]));
  },
);

test('what replicates from a side is let in while client ingress is revoked, and clients of its own group are not', async () => {
  const replica = ingressRule(
    { kind: 'group', groupId: OTHER, userId: '111122223333' },
    { description: 'Replication' },
  );
  const within = ingressRule(
    { kind: 'group', groupId: CACHE, userId: '111122223333' },
    { description: 'Applications' },
  );
  const { rules, record, revoke, restore } = stage([replica, within], { replicas: [CACHE, OTHER] });
  const ingress = await record();
  await revoke(ingress);
  expect(rules()).toEqual([replica]);
  await restore(ingress);
  expect(sorted(rules())).toEqual(sorted([replica, within]));
});

test('client ingress without rules stays without', async () => {
  const { rules, record, revoke, restore } = stage([]);
  const ingress = await record();
  expect(ingress).toEqual({ blue: { revoked: true, rules: [] } });
  await revoke(ingress);
  await restore(ingress);
  expect(rules()).toEqual([]);
});

test('rules of several groups go back to their own', async () => {
  const users = [cidr('10.9.0.0/16')];
  const { rules, record, revoke, restore } = stage(USERS.slice(0, 2), { other: users });
  const ingress = await record();
  await revoke(ingress);
  expect([rules(), rules(OTHER)]).toEqual([[], []]);
  await restore(ingress);
  expect(rules(OTHER)).toEqual(users);
  expect(owned(rules())).toEqual(owned(USERS.slice(0, 2)));
});

test('what was recorded and not put back yet is kept, and what is new is added', async () => {
  const { insert, rules, record, revoke, restore } = stage(USERS.slice(0, 3));
  const first = await record();
  await revoke(first);
  insert(cidr('10.7.0.0/16'));
  const second = await record(first);
  await revoke(second);
  expect(rules()).toEqual([]);
  await restore(second);
  expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS.slice(0, 3), cidr('10.7.0.0/16')])));
});

test.each([
  ['the port of a shell', { groupId: CACHE, protocol: 'tcp', fromPort: 22, toPort: 22 }],
  ['ports up to the side’s', { groupId: CACHE, protocol: 'tcp', fromPort: 0, toPort: 6378 }],
  ['another protocol', { groupId: CACHE, protocol: 'udp', fromPort: 6379, toPort: 6379 }],
  ['a group that is no side’s', { groupId: WEB, protocol: 'tcp', fromPort: 6379, toPort: 6379 }],
])('a rule that somebody wrote into the journal is not authorized: %s', async (_, planted) => {
  const { groups, rules, record, revoke, restore } = stage([cidr('10.0.0.0/16')]);
  const ingress = await record({ blue: { revoked: false, rules: [{ ...planted, cidr: '0.0.0.0/0' }] } });
  await revoke(ingress);
  await restore(ingress);
  expect(rules()).toEqual([cidr('10.0.0.0/16')]);
  expect(groups.rulesOf(WEB)).toEqual([]);
});

test('a look records the rules and leaves them as they are', async () => {
  const { look, record } = stage([cidr('10.0.0.0/16')]);
  expect(await look()).toMatchObject({ blue: { revoked: false } });
  const closed = await record();
  expect(await look(closed)).toMatchObject({ blue: { revoked: true } });
});

test('closing and opening twice is closing and opening once', async () => {
  const { rules, record, revoke, restore } = stage([...USERS, ...BYSTANDERS]);
  const ingress = await record();
  await revoke(ingress);
  await revoke(ingress);
  expect(rules()).toEqual(BYSTANDERS);
  await restore(ingress);
  await restore(ingress);
  expect(rules()).toHaveLength(USERS.length + BYSTANDERS.length);
});

test('the other side’s record stays in the journal', async () => {
  const { record } = stage([cidr('10.0.0.0/16')]);
  const green = { revoked: true, rules: [] };
  expect(await record({ green })).toMatchObject({ green, blue: { revoked: true } });
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    cidr(`10.20.${index}.0/24`, { description: `Applications of team ${index}` }),
  );

describe.each([0, 1, 4, 30, 100])('where a look at the rules is %d s old', (oldBy) => {
  test('client ingress that is revoked and restored at once, and revoked again, is what it should be each time', async () => {
    const { rules, record, revoke, restore } = stage([...USERS, ...BYSTANDERS], { oldBy });
    const ingress = await record();
    for (let round = 0; round < 2; round += 1) {
      await revoke(ingress);
      expect(rules()).toEqual(BYSTANDERS);
      await restore(ingress);
      expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
    }
  });

  test('client ingress that was revoked in part is restored whole', async () => {
    const { rules, groups, record, restore } = stage([...USERS, ...BYSTANDERS], { oldBy });
    const ingress = await record();
    groups.remove(CACHE, groups.ingress(CACHE).slice(0, 3));
    await restore(ingress);
    expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
  });
});

test('forty rules are revoked and restored', async () => {
  const { rules, record, look, revoke, restore } = stage(many(40), { oldBy: 2 });
  const ingress = await look(await record());
  await revoke(ingress);
  expect(rules()).toEqual([]);
  await restore(ingress);
  expect(sorted(rules())).toEqual(sorted(many(40)));
});

test('where looks are fresh, revoking costs one change and one look, and no time', async () => {
  const { now, calls, record, look, revoke, restore } = stage([...USERS, ...BYSTANDERS]);
  const begun = now();
  const ingress = await record();
  calls();
  await revoke(ingress);
  expect(calls()).toEqual(['revokeSecurityGroupIngress', 'describeSecurityGroupRules']);
  await restore(ingress);
  expect(calls()).toEqual(['authorizeSecurityGroupIngress', 'describeSecurityGroupRules']);
  const neverClosed = await look();
  calls();
  await restore(neverClosed);
  expect(calls()).toEqual(['describeSecurityGroupRules']);
  expect(now()).toBe(begun);
});

test('a side whose groups are not known has no rules', async () => {
  const { perform } = stage([cidr('10.0.0.0/16')]);
  BLUE.securityGroupIds.length = 0;
  const { output, cause } = await perform('record', {});
  BLUE.securityGroupIds.push(CACHE, OTHER);
  expect({ output, cause }).toEqual({ output: { ingress: { blue: { revoked: true, rules: [] } } } });
});

test('a rule that cannot be put back is named, and all others are back', async () => {
  const { rules, record, revoke, perform } = stage([
    ingressRule({ kind: 'group', groupId: PARTNER, userId: '444455556666' }),
    cidr('10.0.0.0/16'),
  ]);
  const ingress = (await record()) as { blue: { rules: Record<string, unknown>[] } };
  await revoke(ingress as never);
  const lost = { ...ingress.blue.rules[0], source: 'sg-0dead000000000000', sourceOwner: undefined };
  const changed = { blue: { ...ingress.blue, rules: [JSON.parse(JSON.stringify(lost)), ingress.blue.rules[1]] } };
  const { status, error, cause } = await perform('restore', changed as never);
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'RulesNotBack' });
  expect(cause).toContain("The security group 'sg-0dead000000000000' does not exist");
  expect(rules()).toEqual([cidr('10.0.0.0/16')]);
});

test('a rule that somebody puts back again and again is not taken for gone', async () => {
  const { groups, insert, record, perform } = stage([cidr('10.0.0.0/16')]);
  const ingress = await record();
  let within = false;
  groups.onChange(() => {
    if (within || groups.ingress(CACHE).length > 0) return;
    within = true;
    insert(cidr('10.0.0.0/16'));
    within = false;
  });
  const { error, cause } = await perform('revoke', ingress);
  expect(error).toBe('RulesNotGone');
  expect(cause).toContain('10.0.0.0/16');
});

test.each([
  [40, undefined],
  [60, 'and the journal can keep 8 KB'],
  [201, 'among the first 200 rules of its groups, and more than those cannot be looked at'],
])('of %d rules through which clients come the preflight says: %s', async (count, objection) => {
  const rules = Array.from({ length: count }, (_, index) =>
    ingressRule(
      { kind: 'group', groupId: `sg-0${String(index).padStart(16, '0')}`, userId: '111122223333' },
      { description: 'Applications' },
    ),
  );
  const { status, error, cause } = await stage(rules).perform('measure', {});
  expect({ status, error }).toEqual(
    objection === undefined ? { status: 'SUCCEEDED' } : { status: 'FAILED', error: 'TooManyRules' },
  );
  expect(cause ?? '').toContain(objection ?? '');
});
