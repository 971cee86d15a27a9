import type { Stack } from 'aws-cdk-lib';
import { Chain, Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Door } from '../../../../lib/cutover/client-ingress/door';
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

const ingress = (source: NewRule['source'], rule: Partial<NewRule> = {}): NewRule => ({
  isEgress: false,
  protocol: 'tcp',
  fromPort: 6379,
  toPort: 6379,
  source,
  ...rule,
});
const cidr = (range: string, rule: Partial<NewRule> = {}) => ingress({ kind: 'cidr', cidr: range }, rule);

/** Every kind of rule through which somebody can reach the port. */
const USERS: readonly NewRule[] = [
  ingress({ kind: 'group', groupId: WEB }, { description: 'the web servers (own), #1' }),
  ingress({ kind: 'group', groupId: PARTNER, userId: '444455556666' }, { description: 'a peer' }),
  cidr('10.0.0.0/16'),
  cidr('10.1.0.0/16', { fromPort: 6000, toPort: 7000, description: 'a range of ports' }),
  ingress({ kind: 'cidr6', cidr: '2001:db8::/32' }, { description: 'v6' }),
  ingress({ kind: 'prefixList', prefixListId: 'pl-0123456789abcdef0' }),
  cidr('10.2.0.0/16', { protocol: '-1', fromPort: -1, toPort: -1, description: 'everything' }),
];

/** Rules that are nobody's way to the cache, and the host's own. */
const BYSTANDERS: readonly NewRule[] = [
  ingress({ kind: 'group', groupId: HOST }, { description: 'Migration host' }),
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

  const door = new Door({
    hostSecurityGroupId: HOST,
    replicationSecurityGroupIds: replicas,
    securityGroupIds: [CACHE, OTHER],
  });
  const steps: Record<string, (stack: Stack) => IChainable> = {
    survey: (stack) => door.survey(stack, 'Survey', '$from', true),
    look: (stack) => door.survey(stack, 'Survey', '$from', false),
    close: (stack) => door.close(stack, 'Close', '$from'),
    open: (stack) => door.open(stack, 'Open', '$from'),
    measure: (stack) => {
      const measured = door.measure(stack, 'Measure', '$from');
      const [isTooMany, fail] = door.tooManyRules(stack);
      const choice = Choice.jsonata(stack, 'Too many?').when(is(isTooMany), fail);
      const fits = Pass.jsonata(stack, 'They fit');
      measured.next(choice.otherwise(fits));
      return Chain.custom(measured, [fits], fits);
    },
  };
  const perform = (step: string, doors: Json) =>
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
      { doors },
      { clock },
    );
  /** Runs one of the door's chains; gives what it outputs. */
  const run = async (step: string, doors: Json = {}) => {
    const { status, output, cause } = await perform(step, doors);
    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    return output as { doors?: JsonObject };
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
    survey: async (doors?: Json) => (await run('survey', doors)).doors as JsonObject,
    look: async (doors?: Json) => (await run('look', doors)).doors as JsonObject,
    close: (doors: Json) => run('close', doors),
    open: (doors: Json) => run('open', doors),
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

test('a door that was closed and opened is as it was, whatever its rules', async () => {
  const { rules, survey, close, open } = stage([...USERS, ...BYSTANDERS]);
  const doors = await survey();
  await close(doors);
  expect(rules()).toEqual(BYSTANDERS);
  await open(doors);
  expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
});

test.each(USERS.map((rule) => [rule.description ?? JSON.stringify(rule.source), rule]))(
  'a door with one rule only (%s) is as it was',
  async (_, rule) => {
    const { rules, survey, close, open } = stage([rule]);
    const doors = await survey();
    expect(doors).toMatchObject({ blue: { closed: true, rules: [expect.any(Object)] } });
    await close(doors);
    expect(rules()).toEqual([]);
    await open(doors);
    expect(owned(rules())).toEqual(owned([rule]));
  },
);

test('what replicates from a side comes through its closed door, and users of its own group do not', async () => {
  const replica = ingress({ kind: 'group', groupId: OTHER, userId: '111122223333' }, { description: 'Replication' });
  const within = ingress({ kind: 'group', groupId: CACHE, userId: '111122223333' }, { description: 'Applications' });
  const { rules, survey, close, open } = stage([replica, within], { replicas: [CACHE, OTHER] });
  const doors = await survey();
  await close(doors);
  expect(rules()).toEqual([replica]);
  await open(doors);
  expect(sorted(rules())).toEqual(sorted([replica, within]));
});

test('a door without rules stays without', async () => {
  const { rules, survey, close, open } = stage([]);
  const doors = await survey();
  expect(doors).toEqual({ blue: { closed: true, rules: [] } });
  await close(doors);
  await open(doors);
  expect(rules()).toEqual([]);
});

test('rules of several groups go back to their own', async () => {
  const users = [cidr('10.9.0.0/16')];
  const { rules, survey, close, open } = stage(USERS.slice(0, 2), { other: users });
  const doors = await survey();
  await close(doors);
  expect([rules(), rules(OTHER)]).toEqual([[], []]);
  await open(doors);
  expect(rules(OTHER)).toEqual(users);
  expect(owned(rules())).toEqual(owned(USERS.slice(0, 2)));
});

test('what was recorded and not put back yet is kept, and what is new is added', async () => {
  const { insert, rules, survey, close, open } = stage(USERS.slice(0, 3));
  const first = await survey();
  await close(first);
  insert(cidr('10.7.0.0/16'));
  const second = await survey(first);
  await close(second);
  expect(rules()).toEqual([]);
  await open(second);
  expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS.slice(0, 3), cidr('10.7.0.0/16')])));
});

test.each([
  ['the port of a shell', { groupId: CACHE, protocol: 'tcp', fromPort: 22, toPort: 22 }],
  ['ports up to the side’s', { groupId: CACHE, protocol: 'tcp', fromPort: 0, toPort: 6378 }],
  ['another protocol', { groupId: CACHE, protocol: 'udp', fromPort: 6379, toPort: 6379 }],
  ['a group that is no side’s', { groupId: WEB, protocol: 'tcp', fromPort: 6379, toPort: 6379 }],
])('a rule that somebody wrote into the journal is not authorized: %s', async (_, planted) => {
  const { groups, rules, survey, close, open } = stage([cidr('10.0.0.0/16')]);
  const doors = await survey({ blue: { closed: false, rules: [{ ...planted, cidr: '0.0.0.0/0' }] } });
  await close(doors);
  await open(doors);
  expect(rules()).toEqual([cidr('10.0.0.0/16')]);
  expect(groups.rulesOf(WEB)).toEqual([]);
});

test('a look records the rules and leaves the door as it is', async () => {
  const { look, survey } = stage([cidr('10.0.0.0/16')]);
  expect(await look()).toMatchObject({ blue: { closed: false } });
  const closed = await survey();
  expect(await look(closed)).toMatchObject({ blue: { closed: true } });
});

test('closing and opening twice is closing and opening once', async () => {
  const { rules, survey, close, open } = stage([...USERS, ...BYSTANDERS]);
  const doors = await survey();
  await close(doors);
  await close(doors);
  expect(rules()).toEqual(BYSTANDERS);
  await open(doors);
  await open(doors);
  expect(rules()).toHaveLength(USERS.length + BYSTANDERS.length);
});

test('the other side’s record stays in the journal', async () => {
  const { survey } = stage([cidr('10.0.0.0/16')]);
  const green = { closed: true, rules: [] };
  expect(await survey({ green })).toMatchObject({ green, blue: { closed: true } });
});

const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    cidr(`10.20.${index}.0/24`, { description: `Applications of team ${index}` }),
  );

describe.each([0, 1, 4, 30, 100])('where a look at the rules is %d s old', (oldBy) => {
  test('a door that is closed and opened at once, and closed again, is what it should be each time', async () => {
    const { rules, survey, close, open } = stage([...USERS, ...BYSTANDERS], { oldBy });
    const doors = await survey();
    for (let round = 0; round < 2; round += 1) {
      await close(doors);
      expect(rules()).toEqual(BYSTANDERS);
      await open(doors);
      expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
    }
  });

  test('a door that was closed in part is opened whole', async () => {
    const { rules, groups, survey, open } = stage([...USERS, ...BYSTANDERS], { oldBy });
    const doors = await survey();
    groups.remove(CACHE, groups.ingress(CACHE).slice(0, 3));
    await open(doors);
    expect(sorted(owned(rules()))).toEqual(sorted(owned([...USERS, ...BYSTANDERS])));
  });
});

test('forty rules go through a door', async () => {
  const { rules, survey, look, close, open } = stage(many(40), { oldBy: 2 });
  const doors = await look(await survey());
  await close(doors);
  expect(rules()).toEqual([]);
  await open(doors);
  expect(sorted(rules())).toEqual(sorted(many(40)));
});

test('where looks are fresh, a door costs one change and one look, and no time', async () => {
  const { now, calls, survey, look, close, open } = stage([...USERS, ...BYSTANDERS]);
  const begun = now();
  const doors = await survey();
  calls();
  await close(doors);
  expect(calls()).toEqual(['revokeSecurityGroupIngress', 'describeSecurityGroupRules']);
  await open(doors);
  expect(calls()).toEqual(['authorizeSecurityGroupIngress', 'describeSecurityGroupRules']);
  const neverClosed = await look();
  calls();
  await open(neverClosed);
  expect(calls()).toEqual(['describeSecurityGroupRules']);
  expect(now()).toBe(begun);
});

test('a side whose groups are not known has no rules', async () => {
  const { perform } = stage([cidr('10.0.0.0/16')]);
  BLUE.securityGroupIds.length = 0;
  const { output, cause } = await perform('survey', {});
  BLUE.securityGroupIds.push(CACHE, OTHER);
  expect({ output, cause }).toEqual({ output: { doors: { blue: { closed: true, rules: [] } } } });
});

test('a rule that cannot be put back is named, and all others are back', async () => {
  const { rules, survey, close, perform } = stage([
    ingress({ kind: 'group', groupId: PARTNER, userId: '444455556666' }),
    cidr('10.0.0.0/16'),
  ]);
  const doors = (await survey()) as { blue: { rules: Record<string, unknown>[] } };
  await close(doors as never);
  const lost = { ...doors.blue.rules[0], source: 'sg-0dead000000000000', sourceOwner: undefined };
  const changed = { blue: { ...doors.blue, rules: [JSON.parse(JSON.stringify(lost)), doors.blue.rules[1]] } };
  const { status, error, cause } = await perform('open', changed as never);
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'RulesNotBack' });
  expect(cause).toContain("The security group 'sg-0dead000000000000' does not exist");
  expect(rules()).toEqual([cidr('10.0.0.0/16')]);
});

test('a rule that somebody puts back again and again is not taken for gone', async () => {
  const { groups, insert, survey, perform } = stage([cidr('10.0.0.0/16')]);
  const doors = await survey();
  let within = false;
  groups.onChange(() => {
    if (within || groups.ingress(CACHE).length > 0) return;
    within = true;
    insert(cidr('10.0.0.0/16'));
    within = false;
  });
  const { error, cause } = await perform('close', doors);
  expect(error).toBe('RulesNotGone');
  expect(cause).toContain('10.0.0.0/16');
});

test.each([
  [40, undefined],
  [60, 'and the journal can keep 8 KB'],
  [201, 'among the first 200 rules of its groups, and more than those cannot be looked at'],
])('of %d rules through which users come the preflight says: %s', async (count, objection) => {
  const rules = Array.from({ length: count }, (_, index) =>
    ingress(
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
