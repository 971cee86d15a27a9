import { fromJava, toJava } from '../../../../rehearsal/aws/sdk-schemas';

test("arguments become the SDK's own names, map keys stay", async () => {
  expect(
    await fromJava('route53', 'changeResourceRecordSets', {
      HostedZoneId: 'Z1',
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name: 'a', Type: 'A', Ttl: 5 } }] },
    }),
  ).toEqual({
    HostedZoneId: 'Z1',
    ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name: 'a', Type: 'A', TTL: 5 } }] },
  });
  expect(await fromJava('ecs', 'updateService', { Service: 's', DesiredCount: 0 })).toEqual({
    service: 's',
    desiredCount: 0,
  });
  expect(await fromJava('ssm', 'sendCommand', { Parameters: { someKey: ['a'] } })).toEqual({
    Parameters: { someKey: ['a'] },
  });
});

test('a parameter in the spelling of another SDK is refused by its path', async () => {
  await expect(fromJava('ecs', 'updateService', { Service: 's', desiredCount: 0 })).rejects.toThrow(
    'Unknown parameter desiredCount; known are',
  );
});

test('results come in the spelling of the SDK for Java 2, times as ISO 8601, absent members left out', async () => {
  const submitted = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(
    await toJava('route53', 'getChange', {
      ChangeInfo: { Id: '/change/C1', Status: 'INSYNC', SubmittedAt: submitted, Comment: undefined },
    }),
  ).toEqual({ ChangeInfo: { Id: 'C1', Status: 'INSYNC', SubmittedAt: '2026-01-02T03:04:05Z' } });
  expect(await toJava('rds', 'describeDBClusters', { DBClusters: [{ DBClusterArn: 'arn' }] })).toEqual({
    DbClusters: [{ DbClusterArn: 'arn' }],
  });
  expect(await toJava('ecs', 'describeServices', { services: [{ desiredCount: 2 }] })).toEqual({
    Services: [{ DesiredCount: 2 }],
  });
});

test('ISO 8601 text becomes a time where the API takes one', async () => {
  expect(
    await fromJava('cloudwatch', 'putMetricData', {
      Namespace: 'n',
      MetricData: [{ MetricName: 'm', Timestamp: '2026-01-02T03:04:05Z' }],
    }),
  ).toEqual({
    Namespace: 'n',
    MetricData: [{ MetricName: 'm', Timestamp: new Date('2026-01-02T03:04:05Z') }],
  });
});

test('an unknown service or action is named', async () => {
  await expect(fromJava('dns', 'x', {})).rejects.toThrow(
    'Unknown service identifier "dns"; known are applicationautoscaling',
  );
  await expect(toJava('ssm', 'x', {})).rejects.toThrow('SSM has no action "x".');
});

test("Route 53's page sizes are text to the SDK for Java, and numbers to the API", async () => {
  expect(await fromJava('route53', 'listResourceRecordSets', { HostedZoneId: 'Z1', MaxItems: '2' })).toEqual({
    HostedZoneId: 'Z1',
    MaxItems: 2,
  });
  expect(await toJava('route53', 'listResourceRecordSets', { MaxItems: 2 })).toEqual({ MaxItems: '2' });
});
