import { ElasticLoadBalancing } from '../../../../rehearsal/aws/elastic-load-balancing/elastic-load-balancing';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
const LISTENER = `${ELB}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2`;
const OTHER = `${ELB}:listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65`;
const BALANCER = `${ELB}:loadbalancer/app/web/50dc6c495c0c9188`;
const FORWARD = { Type: 'forward', TargetGroupArn: `${ELB}:targetgroup/web/1` } as const;
const CLOSED = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '503', ContentType: 'text/html', MessageBody: '<p>Back at 3:00</p>' },
} as const;
const paths = (...Values: string[]) => ({ Field: 'path-pattern', PathPatternConfig: { Values } });
const hosts = (...Values: string[]) => ({ Field: 'host-header', HostHeaderConfig: { Values } });

interface Described {
  readonly RuleArn: string;
  readonly Priority: string;
}

const rule = (more: object = {}) => ({
  ListenerArn: LISTENER,
  Priority: 10,
  Conditions: [paths('/shop/*')],
  Actions: [CLOSED],
  ...more,
});

function testbed() {
  const { environment } = testEnvironment();
  const elb = new ElasticLoadBalancing({ environment });
  const listener = { loadBalancerArn: BALANCER, defaultActions: [FORWARD] };
  elb.addListener({ arn: LISTENER, port: 443, protocol: 'HTTPS', tags: [{ Key: 'team', Value: 'web' }], ...listener });
  elb.addListener({ arn: OTHER, port: 80, protocol: 'HTTP', ...listener });
  const caller = callerOf(environment, elb);
  const rulesOf = async (action: string, request: object) =>
    ((await caller.call(action, request)) as { Rules: Described[] }).Rules;
  const create = async (more: object = {}) => (await rulesOf('createRule', rule(more)))[0]?.RuleArn ?? '';
  const priorities = async (request: object = { ListenerArn: LISTENER }) =>
    (await rulesOf('describeRules', request)).map(({ Priority }) => Priority);
  const defaultRule = async () => (await rulesOf('describeRules', { ListenerArn: LISTENER })).at(-1)?.RuleArn;
  return { ...caller, elb, create, priorities, defaultRule, rulesOf };
}

test('a rule is created on its listener, described, and deleted', async () => {
  const { call, create, priorities, rulesOf } = testbed();
  const arn = await create();
  expect(arn).toMatch(/^arn:.*:listener-rule\/app\/web\/50dc6c495c0c9188\/f2f7dc8efc522ab2\/[0-9a-f]{16}$/);
  expect(await rulesOf('describeRules', { RuleArns: [arn] })).toEqual([
    {
      RuleArn: arn,
      Priority: '10',
      Conditions: [{ Field: 'path-pattern', Values: ['/shop/*'], PathPatternConfig: { Values: ['/shop/*'] } }],
      Actions: [CLOSED],
      IsDefault: false,
    },
  ]);
  expect(await priorities()).toEqual(['10', 'default']);
  expect(await priorities({ ListenerArn: OTHER })).toEqual(['default']);
  await call('deleteRule', { RuleArn: arn });
  expect(await priorities()).toEqual(['default']);
});

test('rules are described by priority, page by page, the default rule last', async () => {
  const { call, create } = testbed();
  await create({ Priority: 300 });
  await create({ Priority: 20 });
  const first = await call('describeRules', { ListenerArn: LISTENER, PageSize: 2 });
  expect(first).toMatchObject({ Rules: [{ Priority: '20' }, { Priority: '300' }] });
  const { NextMarker: Marker } = first as { NextMarker: string };
  expect(await call('describeRules', { ListenerArn: LISTENER, PageSize: 2, Marker })).toEqual({
    Rules: [expect.objectContaining({ Priority: 'default', IsDefault: true, Conditions: [], Actions: [FORWARD] })],
  });
});

test('listeners are described by ARN or by load balancer', async () => {
  const { call } = testbed();
  expect(await call('describeListeners', { ListenerArns: [LISTENER] })).toEqual({
    Listeners: [
      { ListenerArn: LISTENER, LoadBalancerArn: BALANCER, Port: 443, Protocol: 'HTTPS', DefaultActions: [FORWARD] },
    ],
  });
  const first = await call('describeListeners', { LoadBalancerArn: BALANCER, PageSize: 1 });
  const { NextMarker: Marker } = first as { NextMarker: string };
  expect(await call('describeListeners', { LoadBalancerArn: BALANCER, PageSize: 1, Marker })).toEqual({
    Listeners: [expect.objectContaining({ ListenerArn: OTHER, Port: 80 })],
  });
});

test('a modification keeps what it leaves out', async () => {
  const { call, create, rulesOf } = testbed();
  const RuleArn = await create();
  await call('modifyRule', { RuleArn, Conditions: [hosts('*.example.com')] });
  expect(await rulesOf('modifyRule', { RuleArn, Actions: [FORWARD] })).toMatchObject([
    { Priority: '10', Conditions: [{ Field: 'host-header', Values: ['*.example.com'] }], Actions: [FORWARD] },
  ]);
});

test('two rules can change places, but none can take another’s', async () => {
  const { call, create, refusal, rulesOf } = testbed();
  const one = await create({ Priority: 1 });
  const two = await create({ Priority: 2 });
  await create({ Priority: 3 });
  const pairs = (first: number, second: number) => ({
    RulePriorities: [
      { RuleArn: one, Priority: first },
      { RuleArn: two, Priority: second },
    ],
  });
  await call('setRulePriorities', pairs(2, 1));
  expect((await rulesOf('describeRules', { ListenerArn: LISTENER })).slice(0, 2)).toMatchObject([
    { RuleArn: two, Priority: '1' },
    { RuleArn: one, Priority: '2' },
  ]);
  expect((await refusal('setRulePriorities', pairs(7, 3))).error).toBe('ElasticLoadBalancingV2.PriorityInUseException');
  expect(await refusal('setRulePriorities', pairs(5, 5))).toMatchObject({
    cause: "Priority '5' was provided multiple times",
  });
  expect(await rulesOf('describeRules', { RuleArns: [one] })).toMatchObject([{ Priority: '2' }]);
});

test('a priority is taken on its own listener alone', async () => {
  const { create, refusal } = testbed();
  await create();
  await create({ ListenerArn: OTHER });
  expect(await refusal('createRule', rule({ Conditions: [paths('/other')] }))).toEqual({
    error: 'ElasticLoadBalancingV2.PriorityInUseException',
    cause: "Priority '10' is currently in use",
  });
});

test('a load balancer has a hundred rules on all its listeners, besides the default ones', async () => {
  const { create, refusal } = testbed();
  for (let priority = 1; priority <= 100; priority += 1) {
    await create({ Priority: priority, ListenerArn: priority % 2 === 0 ? LISTENER : OTHER });
  }
  expect((await refusal('createRule', rule({ Priority: 101 }))).error).toBe(
    'ElasticLoadBalancingV2.TooManyRulesException',
  );
});

test('the default rule stays as it is', async () => {
  const { defaultRule, refusal } = testbed();
  const RuleArn = await defaultRule();
  for (const [action, request] of [
    ['deleteRule', { RuleArn }],
    ['modifyRule', { RuleArn, Actions: [CLOSED] }],
    ['setRulePriorities', { RulePriorities: [{ RuleArn, Priority: 1 }] }],
  ] as const) {
    expect((await refusal(action, request)).error).toBe('ElasticLoadBalancingV2.OperationNotPermittedException');
  }
});

const fixed = (more: object) => [{ ...CLOSED, FixedResponseConfig: { ...CLOSED.FixedResponseConfig, ...more } }];

test.each([
  ['of a listener that is not there', { ListenerArn: `${LISTENER}0` }, 'ListenerNotFoundException', 'not found'],
  ['of priority 0', { Priority: 0 }, 'Exception', 'Priority: Got 0; its value must be from 1 to 50000'],
  ['of priority 50001', { Priority: 50_001 }, 'Exception', 'from 1 to 50000'],
  ['without a condition', { Conditions: [] }, 'Exception', 'A condition must be specified'],
  ['without a value', { Conditions: [paths()] }, 'Exception', 'A condition value must be specified'],
  ['with an empty value', { Conditions: [paths('')] }, 'Exception', 'A condition value must be specified'],
  ['with an unknown field', { Conditions: [{ Field: 'path' }] }, 'Exception', "Condition field 'path' must be one of"],
  ['with two paths', { Conditions: [paths('/a'), paths('/b')] }, 'Exception', "only have one 'path-pattern' condition"],
  [
    'with six values',
    { Conditions: [paths('/a', '/b', '/c'), hosts('a.b', 'c.d', 'e.f')] },
    'Exception',
    "'5' condition",
  ],
  ['with seven wildcards', { Conditions: [paths('/*/*/*', '/*/?/*', '/*')] }, 'Exception', "'6' condition wildcards"],
  ['with a long value', { Conditions: [paths(`/${'a'.repeat(128)}`)] }, 'Exception', 'it has 129'],
  ['with a blank in a path', { Conditions: [paths('/a b')] }, 'Exception', 'not valid in a path pattern'],
  ['with a host without a dot', { Conditions: [hosts('localhost')] }, 'Exception', "it must have a '.'"],
  ['with a host that ends in digits', { Conditions: [hosts('10.0.0.1')] }, 'Exception', 'only letters after the last'],
  [
    'with plain values',
    { Conditions: [{ Field: 'path-pattern', Values: ['/a', '/b'] }] },
    'Exception',
    'several values',
  ],
  [
    'with values elsewhere',
    { Conditions: [{ ...hosts('a.b'), Field: 'path-pattern' }] },
    'Exception',
    'HostHeaderConfig',
  ],
  ['without an action', { Actions: [] }, 'InvalidLoadBalancerActionException', 'exactly one of the actions'],
  ['with two ends', { Actions: [FORWARD, CLOSED] }, 'InvalidLoadBalancerActionException', 'exactly one of the actions'],
  [
    'that goes on after its end',
    {
      Actions: [
        { ...CLOSED, Order: 1 },
        { Type: 'authenticate-oidc', Order: 2 },
      ],
    },
    'InvalidLoadBalancerActionException',
    'have it last',
  ],
  [
    'with no page',
    { Actions: [{ Type: 'fixed-response' }] },
    'InvalidLoadBalancerActionException',
    'FixedResponseConfig',
  ],
  ['with no target', { Actions: [{ Type: 'forward' }] }, 'InvalidLoadBalancerActionException', 'a TargetGroupArn'],
  ['with a status of 302', { Actions: fixed({ StatusCode: '302' }) }, 'Exception', '^(2|4|5)\\d\\d$'],
  ['with a page too long', { Actions: fixed({ MessageBody: 'é'.repeat(513) }) }, 'Exception', 'equal to 1024'],
  [
    'with an image for a page',
    { Actions: fixed({ ContentType: 'image/png' }) },
    'InvalidLoadBalancerActionException',
    'The ContentType must be one of',
  ],
  ['with a tag twice', { Tags: [{ Key: 'a' }, { Key: 'a' }] }, 'DuplicateTagKeysException', 'more than once: a'],
  ['with a tag of AWS', { Tags: [{ Key: 'aws:x' }] }, 'Exception', 'reserved'],
])('a rule %s is refused, and there is none afterwards', async (_what, more, error, cause) => {
  const { priorities, refusal } = testbed();
  expect(await refusal('createRule', rule(more))).toEqual({
    error: `ElasticLoadBalancingV2.${error === 'Exception' ? 'ElasticLoadBalancingV2Exception' : error}`,
    cause: expect.stringContaining(cause),
  });
  expect(await priorities()).toEqual(['default']);
});

test('a page of 1024 bytes is taken', async () => {
  await testbed().create({ Actions: fixed({ MessageBody: 'é'.repeat(512) }) });
});

test.each([
  ['describeRules', {}, 'either listener rule ARNs or a listener ARN'],
  ['describeRules', { ListenerArn: LISTENER, PageSize: 401 }, 'from 1 to 400'],
  ['describeRules', { ListenerArn: LISTENER, Marker: 'x' }, 'The marker is not valid'],
  [
    'describeRules',
    { RuleArns: ['arn:aws:elasticloadbalancing:eu-west-1:111122223333:x'] },
    "One or more rules not found: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:x'",
  ],
  ['describeListeners', {}, 'either listener ARNs or a load balancer ARN'],
  [
    'describeListeners',
    { LoadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:x' },
    "Load balancer 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:x' not found",
  ],
  ['describeTags', { ResourceArns: [`${ELB}:listener-rule/app/web/1/2/3`] }, 'One or more rules not found'],
  ['describeTags', { ResourceArns: Array.from({ length: 21 }, () => LISTENER) }, '1 to 20'],
  ['modifyRule', { RuleArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:x' }, 'One or more rules not found'],
  ['deleteRule', { RuleArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:x' }, 'One or more rules not found'],
])('%s with %j is refused', async (action, request, cause) => {
  expect((await testbed().refusal(action, request)).cause).toContain(cause);
});

test('what is not rehearsed is refused by name', async () => {
  const { call } = testbed();
  const regular = { Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a'] } };
  await expect(call('createRule', rule({ Conditions: [regular] }))).rejects.toThrow('A rule with RegexValues');
  await expect(call('createRule', rule({ Transforms: [] }))).rejects.toThrow('A rule with Transforms');
});

test('tags come with a rule, are added and removed, and go with it', async () => {
  const { call, create, refusal } = testbed();
  const arn = await create({ Tags: [{ Key: 'by', Value: 'cutover' }] });
  const tags = async () => {
    const answer = await call('describeTags', { ResourceArns: [arn] });
    return (answer as { TagDescriptions: { Tags: object[] }[] }).TagDescriptions[0]?.Tags;
  };
  await call('addTags', { ResourceArns: [arn], Tags: [{ Key: 'by', Value: 'hand' }, { Key: 'why' }] });
  expect(await tags()).toEqual([
    { Key: 'by', Value: 'hand' },
    { Key: 'why', Value: '' },
  ]);
  await call('removeTags', { ResourceArns: [arn], TagKeys: ['by', 'nothing'] });
  expect(await tags()).toEqual([{ Key: 'why', Value: '' }]);
  expect(
    (await refusal('addTags', { ResourceArns: [arn], Tags: Array.from({ length: 50 }, (_, i) => ({ Key: `${i}` })) }))
      .error,
  ).toBe('ElasticLoadBalancingV2.TooManyTagsException');
  await call('deleteRule', { RuleArn: arn });
  expect((await refusal('describeTags', { ResourceArns: [arn] })).error).toBe(
    'ElasticLoadBalancingV2.RuleNotFoundException',
  );
});

describe('permissions', () => {
  const create = { Effect: 'Allow', Action: 'elasticloadbalancing:CreateRule', Resource: LISTENER } as const;

  test('creating takes one on the listener, and another to tag', async () => {
    const { call, refusal } = testbed();
    const principal = allowing(create);
    await call('createRule', rule(), { principal });
    expect((await refusal('createRule', rule({ ListenerArn: OTHER }), { principal })).cause).toContain(OTHER);
    const tagged = rule({ Priority: 11, Tags: [{ Key: 'by', Value: 'cutover' }] });
    expect((await refusal('createRule', tagged, { principal })).cause).toContain('elasticloadbalancing:AddTags');
    const tag = {
      Effect: 'Allow',
      Action: 'elasticloadbalancing:AddTags',
      Resource: `${LISTENER.replace(':listener/', ':listener-rule/')}/*`,
      Condition: { StringEquals: { 'elasticloadbalancing:CreateAction': 'CreateRule' } },
    } as const;
    await call('createRule', tagged, { principal: allowing(create, tag) });
  });

  test('deleting can be kept to rules of a tag', async () => {
    const { call, create: createRule, refusal } = testbed();
    const principal = allowing({
      Effect: 'Allow',
      Action: 'elasticloadbalancing:DeleteRule',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/by': 'cutover' } },
    });
    const theirs = await createRule();
    const ours = await createRule({ Priority: 11, Tags: [{ Key: 'by', Value: 'cutover' }] });
    expect((await refusal('deleteRule', { RuleArn: theirs }, { principal })).cause).toContain(
      'is not authorized to perform: elasticloadbalancing:DeleteRule',
    );
    await call('deleteRule', { RuleArn: ours }, { principal });
  });
});
