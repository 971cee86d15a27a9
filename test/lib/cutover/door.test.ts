import type { Stack } from 'aws-cdk-lib';
import { Chain, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { Door } from '../../../lib/cutover/door';
import { expression } from '../../../lib/cutover/expression';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { Ec2 } from '../../../rehearsal/aws/ec2/ec2';
import type { NewRule } from '../../../rehearsal/aws/ec2/security-group';
import type { Json, JsonObject } from '../../../rehearsal/states-language';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { testEnvironment } from '../../rehearsal/aws/stage';
import { play } from './play';

const CACHE = 'sg-0cac4e';
const OTHER = 'sg-0cac4f';
const WEB = 'sg-0eb';
const PARTNER = 'sg-0fa7';
const HOST = 'sg-040057';
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
  ingress({ kind: 'group', groupId: WEB }, { description: 'the web’s "own" servers' }),
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

function stage(rules: readonly NewRule[], other: readonly NewRule[] = [], replicas: readonly string[] = []) {
  const { environment } = testEnvironment();
  const ec2 = new Ec2(environment);
  for (const id of [WEB, HOST]) ec2.securityGroups.add({ id, name: id, vpcId: 'vpc-1' });
  ec2.securityGroups.add({ id: CACHE, name: 'cache', vpcId: 'vpc-1' }, rules);
  ec2.securityGroups.add({ id: OTHER, name: 'other', vpcId: 'vpc-1' }, other);
  const plane = new ControlPlane({ environment, services: [ec2] });

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
  };
  /** Runs one of the door's chains; gives what it outputs. */
  const run = async (step: string, doors: Json = {}) => {
    const { status, output, cause } = await play(
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
    );
    expect({ status, cause }).toEqual({ status: 'SUCCEEDED', cause: undefined });
    return output as { doors?: JsonObject };
  };
  return {
    rules: (group = CACHE) => ec2.securityGroups.rulesOf(group).map(({ id, ...rule }) => rule),
    insert: (...added: NewRule[]) => ec2.securityGroups.insert(CACHE, added),
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
  const { rules, survey, close, open } = stage([replica, within], [], [CACHE, OTHER]);
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
  const { rules, survey, close, open } = stage(USERS.slice(0, 2), users);
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
