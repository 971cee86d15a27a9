import { checkSdkTask } from '../../../../rehearsal/aws/sdk-schemas';

const sdk = (action: string) => `arn:aws:states:::aws-sdk:${action}`;

async function kinds(resource: string, taskArguments: unknown) {
  return (await checkSdkTask(resource, taskArguments)).map(({ kind, path }) => `${kind} ${path}`.trim());
}

const change = (recordSet: object) => ({
  HostedZoneId: 'Z1',
  ChangeBatch: {
    Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name: 'a.example', Type: 'CNAME', ...recordSet } }],
  },
});

test('arguments spelt as the SDK for Java 2 spells them pass, nested ones too', async () => {
  const weighted = { Ttl: 5, Weight: 100, SetIdentifier: 'blue', ResourceRecords: [{ Value: 'b.example' }] };
  expect(await kinds(sdk('route53:changeResourceRecordSets'), change(weighted))).toEqual([]);
});

test("the API's own spelling is refused where the state machine's differs", async () => {
  expect(await checkSdkTask(sdk('route53:changeResourceRecordSets'), change({ TTL: 5 }))).toEqual([
    {
      kind: 'unknown-parameter',
      path: 'ChangeBatch.Changes[0].ResourceRecordSet.TTL',
      message: 'TTL is spelt Ttl in a state machine (names follow the SDK for Java 2).',
    },
  ]);
  expect(await kinds(sdk('ecs:updateService'), { service: 'a', DesiredCount: 0 })).toEqual([
    'unknown-parameter service',
    'missing-parameter Service',
  ]);
  expect(await kinds(sdk('rds:describeDBClusters'), { DBClusterIdentifier: 'a' })).toEqual([
    'unknown-parameter DBClusterIdentifier',
  ]);
});

test('a service and an action that do not exist are named', async () => {
  expect(await kinds(sdk('dns:change'), {})).toEqual(['unknown-service']);
  expect(await kinds('arn:aws:lambda:eu-west-1:1:function:f', {})).toEqual(['unknown-service']);
  const [problem] = await checkSdkTask(sdk('rds:describeDbClusters'), {});
  expect(problem).toMatchObject({ kind: 'unknown-action', message: expect.stringContaining('describeDBClusters') });
});

test('a missing required parameter is named, nested ones too', async () => {
  expect(await kinds(sdk('ssm:putParameter'), { Name: '/a' })).toEqual(['missing-parameter Value']);
  expect(await kinds(sdk('ssm:getParameter'), undefined)).toEqual(['missing-parameter Name']);
  expect(
    await kinds(sdk('route53:changeResourceRecordSets'), {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ ResourceRecordSet: { Type: 'CNAME' } }] },
    }),
  ).toEqual([
    'missing-parameter ChangeBatch.Changes[0].ResourceRecordSet.Name',
    'missing-parameter ChangeBatch.Changes[0].Action',
  ]);
});

test('a literal of the wrong type is refused, an expression in its place is not', async () => {
  expect(await kinds(sdk('route53:changeResourceRecordSets'), change({ Weight: '5' }))).toEqual([
    'wrong-type ChangeBatch.Changes[0].ResourceRecordSet.Weight',
  ]);
  expect(await kinds(sdk('route53:changeResourceRecordSets'), change({ Weight: '{% $weight %}' }))).toEqual([]);
  expect(await kinds(sdk('ecs:describeServices'), { Services: 'a' })).toEqual(['wrong-type Services']);
  expect(await kinds(sdk('ssm:sendCommand'), { DocumentName: 'Supervisor', Parameters: ['a'] })).toEqual([
    'wrong-type Parameters',
  ]);
  expect(await kinds(sdk('ssm:sendCommand'), { DocumentName: 'Supervisor', Targets: [{ Key: 1 }] })).toEqual([
    'wrong-type Targets[0].Key',
  ]);
});

test('keys of a map are the user’s own', async () => {
  expect(await kinds(sdk('ssm:sendCommand'), { DocumentName: 'Supervisor', Parameters: { any: ['x'] } })).toEqual([]);
});

test('a blank outside the braces makes an expression plain text', async () => {
  expect(await kinds(sdk('ssm:getParameter'), { Name: ' {% $name %}' })).toEqual(['bad-expression Name']);
});

test('an expression that is no JSONata is named', async () => {
  expect(await kinds(sdk('ssm:getParameter'), { Name: '{% $name( %}' })).toEqual(['bad-expression Name']);
});

test('object constructors inside expressions are followed', async () => {
  const rules = (expression: string) => ({ GroupId: 'sg-1', IpPermissions: `{% ${expression} %}` });
  const authorize = sdk('ec2:authorizeSecurityGroupIngress');
  expect(await kinds(authorize, rules("[{'IpProtocol': 'tcp', 'FromPort': $p}]"))).toEqual([]);
  expect(await kinds(authorize, rules("$rules.{'ipProtocol': p}"))).toEqual([
    'unknown-parameter IpPermissions[].ipProtocol',
  ]);
  expect(await kinds(authorize, rules("$map($rules, function($r) { {'FromPorts': $r.p} })"))).toEqual([
    'unknown-parameter IpPermissions[].FromPorts',
  ]);
  expect(await kinds(authorize, rules("$a ? [{'X': 1}] : [{'ToPort': 1}]"))).toEqual([
    'unknown-parameter IpPermissions[0].X',
  ]);
  expect(await kinds(authorize, rules("[$merge([{'IpProtocol': p}, $d ? {'ToPort': 1} : {}])]"))).toEqual([]);
  expect(await kinds(authorize, rules("[$merge([{'IpProtocol': p}, $d ? {'Port': 1} : {}])]"))).toEqual([
    'unknown-parameter IpPermissions[0].Port',
  ]);
  expect(await kinds(authorize, rules("[$merge([$base, {'ToPort': 1}])]"))).toEqual(['unchecked IpPermissions[0]']);
  expect(await kinds(sdk('ssm:getParameter'), "{% {'Nam': 'a'} %}")).toEqual([
    'unknown-parameter Nam',
    'missing-parameter Name',
  ]);
});

test('names that only a run can tell are reported as unchecked, scalars are not', async () => {
  expect(await kinds(sdk('ssm:getParameter'), '{% $arguments %}')).toEqual(['unchecked']);
  expect(await kinds(sdk('ec2:revokeSecurityGroupIngress'), { IpPermissions: '{% $p %}' })).toEqual([
    'unchecked IpPermissions',
  ]);
  expect(await kinds(sdk('ec2:revokeSecurityGroupIngress'), { SecurityGroupRuleIds: '{% $ids %}' })).toEqual([]);
});

test('DryRun of EC2 is unknown, as it is to the SDK for Java 2', async () => {
  expect(await kinds(sdk('ec2:describeSecurityGroups'), { DryRun: true })).toEqual(['unknown-parameter DryRun']);
});

test('waiting for a task token takes an argument that passes the token on', async () => {
  const publish = sdk('sns:publish.waitForTaskToken');
  expect(await kinds(publish, { Message: 'hello' })).toEqual(['no-task-token']);
  expect(await kinds(publish, { Message: '{% $states.context.Task.Token %}' })).toEqual([]);
  expect(await kinds(sdk('sns:publish.sync'), { Message: 'hello' })).toEqual(['unknown-pattern']);
});

test("Route 53's page sizes are text, as in the SDK for Java 2", async () => {
  const list = (MaxItems: unknown) => kinds(sdk('route53:listResourceRecordSets'), { HostedZoneId: 'Z1', MaxItems });
  expect(await list('2')).toEqual([]);
  expect(await list(2)).toEqual(['wrong-type MaxItems']);
});
