import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { CutoverRecord, type CutoverRecordProps } from '../../../lib';

function stackWith(...records: Partial<CutoverRecordProps>[]): Stack {
  const stack = new Stack(new App(), 'Shop');
  const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'Internal.example' });
  for (const [index, record] of records.entries()) {
    new CutoverRecord(stack, `Record${index}`, {
      zone,
      recordName: 'sessions',
      blueTarget: 'blue.example',
      greenTarget: 'green.example',
      ...record,
    });
  }
  return stack;
}

const templateWith = (...records: Partial<CutoverRecordProps>[]) => Template.fromStack(stackWith(...records));

test('a diff shows its name, TTL, targets and first weights, and nothing else', () => {
  const [record] = Object.values(templateWith({}).findResources('Custom::CutoverRecord'));
  const { ServiceToken, ...properties } = record?.Properties ?? {};
  expect(properties).toEqual({
    HostedZoneId: 'Z1',
    RecordName: 'sessions.Internal.example',
    TtlSeconds: 5,
    BlueTarget: 'blue.example',
    GreenTarget: 'green.example',
    InitialWeights: { Blue: 100, Green: 0 },
  });
});

test.each([
  ['sessions', 'sessions.Internal.example'],
  ['sessions.internal.example', 'sessions.internal.example'],
  ['sessions.internal.example.', 'sessions.internal.example'],
  ['eu.sessions', 'eu.sessions.Internal.example'],
])('%s is the name %s', (recordName, expected) => {
  templateWith({ recordName }).hasResourceProperties('Custom::CutoverRecord', { RecordName: expected });
});

test('records of one stack share a handler, and each may change its own name only', () => {
  const template = templateWith({}, { recordName: 'logins', ttl: Duration.seconds(30) });
  template.resourceCountIs('AWS::Lambda::Function', 2);
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  const changes = policies.filter(({ Action }) => Action === 'route53:ChangeResourceRecordSets');
  expect(changes.map(({ Condition }) => Condition)).toEqual(
    ['sessions.internal.example', 'logins.internal.example'].map((name) => ({
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [name],
        'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
        'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
      },
    })),
  );
});

test('the handler may change the record before it is asked to, and until it has been deleted', () => {
  const [record] = Object.values(templateWith({}).findResources('Custom::CutoverRecord'));
  expect(record?.DependsOn).toEqual([expect.stringContaining('HandlerPolicy')]);
});

test('the handler is shipped as one file, and runs on a runtime that is named', () => {
  templateWith({}).hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'index.onEvent',
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
  });
});
