import { Ec2 } from '../../../../rehearsal/aws/ec2/ec2';
import { allowing, callerOf, testEnvironment } from '../test-environment';

const CACHE = 'sg-0cac4e00000000000';
const WEB = 'sg-0eb00000000000000';

function testbed() {
  const { environment } = testEnvironment();
  const ec2 = new Ec2(environment);
  ec2.securityGroups.add({ id: WEB, name: 'web', vpcId: 'vpc-0123456789abcdef0' });
  ec2.securityGroups.add({ id: CACHE, name: 'cache', vpcId: 'vpc-0123456789abcdef0' });
  const caller = callerOf(environment, ec2);
  const rules = async (request: object = {}) =>
    (
      (await caller.call('describeSecurityGroupRules', {
        Filters: [{ Name: 'group-id', Values: [CACHE] }],
        ...request,
      })) as { SecurityGroupRules: { SecurityGroupRuleId: string }[] }
    ).SecurityGroupRules;
  return {
    ...caller,
    groups: ec2.securityGroups,
    rules,
    authorize: (...IpPermissions: object[]) =>
      caller.call('authorizeSecurityGroupIngress', { GroupId: CACHE, IpPermissions }),
    refuseAuthorize: (...IpPermissions: object[]) =>
      caller.refusal('authorizeSecurityGroupIngress', { GroupId: CACHE, IpPermissions }),
  };
}

const tcp = (port: number, source: object) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source });
const fromWeb = (Description?: string) => ({
  UserIdGroupPairs: [{ GroupId: WEB, ...(Description && { Description }) }],
});
const fromRange = (CidrIp: string) => ({ IpRanges: [{ CidrIp }] });

test('a permission becomes one rule a source, each with an id', async () => {
  const { authorize, rules } = testbed();
  await authorize({ ...tcp(6379, fromWeb('the web')), ...fromRange('10.0.0.0/16') });
  expect(await rules()).toEqual([
    expect.objectContaining({
      SecurityGroupRuleId: expect.stringMatching(/^sgr-0[0-9a-f]{16}$/),
      GroupId: CACHE,
      IsEgress: false,
      IpProtocol: 'tcp',
      FromPort: 6379,
      ToPort: 6379,
      CidrIpv4: '10.0.0.0/16',
    }),
    expect.objectContaining({ ReferencedGroupInfo: { GroupId: WEB, UserId: '111122223333' }, Description: 'the web' }),
  ]);
});

test('a rule lets new connections in until it is revoked', async () => {
  const { authorize, call, rules, groups } = testbed();
  const peer = { address: '10.0.3.4', groupIds: [WEB] };
  expect(groups.allows([CACHE], 6379, peer)).toBe(false);
  await authorize(tcp(6379, fromWeb()));
  expect(groups.allows([CACHE], 6379, peer)).toBe(true);
  expect(groups.allows([CACHE], 6380, peer)).toBe(false);
  expect(groups.allows([CACHE], 6379, { address: '10.0.3.4', groupIds: [] })).toBe(false);
  const ids = (await rules()).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId);
  expect(await call('revokeSecurityGroupIngress', { GroupId: CACHE, SecurityGroupRuleIds: ids })).toMatchObject({
    Return: true,
    RevokedSecurityGroupRules: [{ SecurityGroupRuleId: ids[0], ReferencedGroupId: WEB }],
  });
  expect(groups.allows([CACHE], 6379, peer)).toBe(false);
  expect(await rules()).toEqual([]);
});

test('ranges of addresses and all protocols are understood', async () => {
  const { authorize, groups } = testbed();
  await authorize(tcp(6379, fromRange('10.0.0.0/24')));
  const from = (address: string) => groups.allows([CACHE], 6379, { address, groupIds: [] });
  expect([from('10.0.0.9'), from('10.0.1.9')]).toEqual([true, false]);
  await authorize({ IpProtocol: '-1', ...fromRange('10.0.1.0/24') });
  expect(from('10.0.1.9')).toBe(true);
});

test('listeners hear of every change', async () => {
  const { authorize, groups } = testbed();
  const changed: string[] = [];
  groups.onChange((groupId) => changed.push(groupId));
  await authorize(tcp(6379, fromWeb()));
  expect(changed).toEqual([CACHE]);
});

test('a rule put back has a new id', async () => {
  const { authorize, call, rules } = testbed();
  await authorize(tcp(6379, fromWeb()));
  const [before] = await rules();
  await call('revokeSecurityGroupIngress', { GroupId: CACHE, IpPermissions: [tcp(6379, fromWeb())] });
  await authorize(tcp(6379, fromWeb()));
  const [after] = await rules();
  expect(after?.SecurityGroupRuleId).not.toBe(before?.SecurityGroupRuleId);
});

test('a rule that is there is refused, whatever its description, and nothing of the request is kept', async () => {
  const { authorize, refuseAuthorize, rules } = testbed();
  await authorize(tcp(6379, fromWeb('one')));
  expect(await refuseAuthorize(tcp(6380, fromWeb()), tcp(6379, fromWeb('two')))).toEqual({
    error: 'Ec2.Ec2Exception',
    cause: `the specified rule "peer: ${WEB}, TCP, from port: 6379, to port: 6379, ALLOW" already exists`,
  });
  expect(await rules()).toHaveLength(1);
});

test('revoking a rule that is not there is refused, and nothing of the request is revoked', async () => {
  const { authorize, refusal, rules } = testbed();
  await authorize(tcp(6379, fromWeb()));
  const [rule] = await rules();
  const byId = await refusal('revokeSecurityGroupIngress', {
    GroupId: CACHE,
    SecurityGroupRuleIds: [rule?.SecurityGroupRuleId, 'sgr-09990000000000000'],
  });
  expect(byId.cause).toBe("The security group rule ID 'sgr-09990000000000000' does not exist");
  const byPermission = await refusal('revokeSecurityGroupIngress', {
    GroupId: CACHE,
    IpPermissions: [tcp(6379, fromWeb()), tcp(1, fromWeb())],
  });
  expect(byPermission.cause).toBe('The specified rule does not exist in this security group.');
  expect(await rules()).toHaveLength(1);
});

test.each([
  [
    'an unknown source group',
    tcp(6379, { UserIdGroupPairs: [{ GroupId: 'sg-09990000000000000' }] }),
    "The security group 'sg-09990000000000000' does not exist",
  ],
  ['a malformed range', tcp(6379, fromRange('10.0.0.300/16')), 'CIDR block 10.0.0.300/16 is malformed'],
  ['a malformed range of IPv6', tcp(6379, { Ipv6Ranges: [{ CidrIpv6: '2001:db8::/129' }] }), 'is malformed'],
  ['a malformed source group', tcp(6379, { UserIdGroupPairs: [{ GroupId: 'web' }] }), "ID 'web' is malformed"],
  [
    'a malformed owner of the source',
    tcp(6379, { UserIdGroupPairs: [{ GroupId: WEB, UserId: '1234' }] }),
    'Invalid user id',
  ],
  ['a malformed prefix list', tcp(6379, { PrefixListIds: [{ PrefixListId: 'pl-1' }] }), 'is malformed'],
  ['a description of other characters', tcp(6379, fromWeb('the web’s')), 'Invalid rule description'],
  ['no ports', { IpProtocol: 'tcp', ...fromRange('10.0.0.0/16') }, 'Must specify both from and to ports'],
  [
    'ports the wrong way round',
    { IpProtocol: 'tcp', FromPort: 2, ToPort: 1, ...fromRange('10.0.0.0/16') },
    'Invalid TCP/UDP port range (2:1).',
  ],
  ['no source', tcp(6379, {}), 'must specify a source'],
  ['no protocol', { FromPort: 1, ToPort: 2, ...fromRange('10.0.0.0/16') }, 'must contain the parameter ipProtocol'],
])('a permission with %s is refused', async (_what, permission, message) => {
  expect((await testbed().refuseAuthorize(permission)).cause).toContain(message);
});

test('a group holds 60 inbound rules', async () => {
  const { authorize, refuseAuthorize } = testbed();
  await authorize(...Array.from({ length: 60 }, (_, index) => tcp(index + 1, fromWeb())));
  expect((await refuseAuthorize(tcp(6379, fromWeb()))).cause).toContain('maximum number of rules per security group');
});

test('unknown and malformed groups, filters and page sizes are refused', async () => {
  const { refusal, call } = testbed();
  const cause = async (action: string, request: object) => (await refusal(action, request)).cause;
  expect(await cause('describeSecurityGroups', { GroupIds: ['sg-09990000000000000'] })).toBe(
    "The security group 'sg-09990000000000000' does not exist",
  );
  expect(
    await cause('revokeSecurityGroupIngress', { GroupId: 'web', SecurityGroupRuleIds: ['sgr-01230000000000000'] }),
  ).toContain('Invalid id: "web"');
  expect(await cause('authorizeSecurityGroupIngress', { GroupId: WEB })).toContain(
    'must contain the parameter ipPermissions',
  );
  expect(await cause('authorizeSecurityGroupIngress', {})).toContain('groupName or groupId');
  expect(await cause('describeSecurityGroupRules', { Filters: [{ Name: 'color', Values: ['x'] }] })).toBe(
    "The filter 'color' is invalid",
  );
  expect(await cause('describeSecurityGroupRules', { MaxResults: 4 })).toContain('its value must be from 5 to 1000');
  expect(
    await cause('describeSecurityGroupRules', { SecurityGroupRuleIds: ['sgr-01230000000000000'], MaxResults: 5 }),
  ).toContain('cannot be used with');
  expect(await cause('describeSecurityGroupRules', { NextToken: 'x' })).toContain('token');
  expect(await call('describeSecurityGroups', { Filters: [{ Name: 'group-name', Values: ['web'] }] })).toMatchObject({
    SecurityGroups: [{ GroupId: WEB, VpcId: 'vpc-0123456789abcdef0' }],
  });
});

test.each<[string, object, string]>([
  [
    'describeSecurityGroupRules',
    { Filters: [{ Name: 'group-id', Values: [CACHE, 'none'] }] },
    "ID 'none' is malformed",
  ],
  ['describeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: [''] }] }, "ID '' is malformed"],
  ['describeSecurityGroupRules', { Filters: [{ Name: 'security-group-rule-id', Values: ['sg-1'] }] }, 'is malformed'],
  ['describeSecurityGroupRules', { Filters: [{ Name: 'group-id', Values: Array(201).fill(CACHE) }] }, '200'],
  ['describeSecurityGroupRules', { SecurityGroupRuleIds: ['sgr-1'] }, 'is malformed'],
  ['describeSecurityGroups', { GroupIds: ['sg-123'] }, 'is malformed'],
  ['describeSecurityGroups', { Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }] }, 'is malformed'],
  ['revokeSecurityGroupIngress', { GroupId: CACHE, SecurityGroupRuleIds: ['sgr-1'] }, 'is malformed'],
])('%s of %j is refused', async (action, request, message) => {
  expect((await testbed().refusal(action, request)).cause).toContain(message);
});

test('rules of an unknown group are none, as a filter finds none', async () => {
  expect(await testbed().rules({ Filters: [{ Name: 'group-id', Values: ['sg-09990000000000000'] }] })).toEqual([]);
});

test('rules page', async () => {
  const { authorize, call } = testbed();
  await authorize(...Array.from({ length: 7 }, (_, index) => tcp(index + 1, fromWeb())));
  const first = (await call('describeSecurityGroupRules', { MaxResults: 5 })) as {
    NextToken: string;
    SecurityGroupRules: object[];
  };
  expect(first.SecurityGroupRules).toHaveLength(5);
  expect(await call('describeSecurityGroupRules', { MaxResults: 5, NextToken: first.NextToken })).toMatchObject({
    SecurityGroupRules: [{}, {}],
  });
});

test('changing takes the permission on the group; describing knows no resources', async () => {
  const { refusal, call } = testbed();
  const principal = allowing({
    Effect: 'Allow',
    Action: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DescribeSecurityGroupRules'],
    Resource: `arn:aws:ec2:eu-west-1:111122223333:security-group/${CACHE}`,
  });
  await call('authorizeSecurityGroupIngress', { GroupId: CACHE, IpPermissions: [tcp(6379, fromWeb())] }, { principal });
  expect(
    await refusal(
      'authorizeSecurityGroupIngress',
      { GroupId: WEB, IpPermissions: [tcp(6379, fromWeb())] },
      { principal },
    ),
  ).toEqual({
    error: 'Ec2.Ec2Exception',
    cause: expect.stringMatching(
      /^You are not authorized to perform this operation\. User: .* ec2:AuthorizeSecurityGroupIngress on resource: /,
    ),
  });
  expect((await refusal('describeSecurityGroupRules', {}, { principal })).error).toBe('Ec2.Ec2Exception');
});
