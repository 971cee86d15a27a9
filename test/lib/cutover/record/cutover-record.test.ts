import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, type SubnetSelection, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ARecord,
  CfnRecordSet,
  CfnRecordSetGroup,
  CnameRecord,
  HostedZone,
  type IHostedZone,
  PrivateHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { CutoverRecord, type CutoverRecordProps } from '../../../../lib';

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

describe('functions in a VPC', () => {
  const inVpc = (subnets?: SubnetSelection) => {
    const stack = stackWith({});
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Other', {
      hostedZoneId: 'Z1',
      zoneName: 'internal.example',
    });
    const functionsVpc = new Vpc(stack, 'Vpc', { maxAzs: 2 });
    const add = (id: string, vpc: IVpc | undefined) =>
      new CutoverRecord(stack, id, {
        zone,
        recordName: id.toLowerCase(),
        blueTarget: 'blue.example',
        greenTarget: 'green.example',
        ...(vpc !== undefined && { functionsVpc: vpc }),
        ...(subnets !== undefined && { functionsSubnets: subnets }),
      });
    return { stack, functionsVpc, add };
  };

  test('both run there, whichever record states it, and may have interfaces', () => {
    const { stack, functionsVpc, add } = inVpc();
    add('Second', functionsVpc);
    add('Third', functionsVpc);
    const template = Template.fromStack(stack);
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(2);
    for (const { Properties, DependsOn } of functions) {
      expect(Properties.VpcConfig.SubnetIds).toHaveLength(2);
      expect(Properties.VpcConfig.SecurityGroupIds).toHaveLength(1);
      expect(DependsOn.join()).toMatch(/RoleDefaultPolicy/);
    }
    template.resourcePropertiesCountIs(
      'AWS::IAM::Policy',
      {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Action: Match.arrayWith(['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']) }),
          ]),
        },
      },
      2,
    );
  });

  test('are refused two of them', () => {
    const { stack, functionsVpc, add } = inVpc();
    add('Second', functionsVpc);
    expect(() => add('Third', new Vpc(stack, 'Vpc2'))).toThrow(
      /functionsVpc: got Shop\/Vpc2, and Shop\/Vpc for another/,
    );
  });

  test('are in a VPC that is stated', () => {
    const { add } = inVpc({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    expect(() => add('Second', undefined)).toThrow(/functionsSubnets: got some without functionsVpc/);
  });
});

test('the handler is shipped as one file, and runs on a runtime that is named', () => {
  templateWith({}).hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'index.onEvent',
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
  });
});

describe('a record that somebody else of the app has too', () => {
  function appWith(other: (scope: Stack, zone: IHostedZone) => unknown, record: Partial<CutoverRecordProps> = {}) {
    const stack = stackWith(record);
    const application = new Stack(App.of(stack) as App, 'Application');
    other(application, stack.node.findChild('Zone') as unknown as IHostedZone);
    return () => (App.of(stack) as App).synth();
  }
  const at = (recordName: string) => (scope: Stack, zone: IHostedZone) =>
    new CnameRecord(scope, 'Name', { zone, recordName, domainName: 'blue.example' });
  const plain = { type: 'CNAME', ttl: '300', resourceRecords: ['blue.example'] };

  test.each<[string, (scope: Stack, zone: IHostedZone) => unknown]>([
    ['as a CNAME', at('sessions')],
    ['in other letters, with a dot at the end', at('SESSIONS.internal.EXAMPLE.')],
    [
      'as an address',
      (scope, zone) =>
        new ARecord(scope, 'Name', { zone, recordName: 'sessions', target: RecordTarget.fromIpAddresses('10.0.0.7') }),
    ],
    [
      'by the zone’s name',
      (scope) =>
        new CfnRecordSet(scope, 'Name', {
          ...plain,
          name: 'sessions.internal.example',
          hostedZoneName: 'internal.example.',
        }),
    ],
    [
      'in a group',
      (scope) =>
        new CfnRecordSetGroup(scope, 'Name', {
          hostedZoneId: 'Z1',
          recordSets: [{ ...plain, name: 'sessions.internal.example.' }],
        }),
    ],
    [
      'in a group of many zones',
      (scope) =>
        new CfnRecordSetGroup(scope, 'Name', {
          recordSets: [{ ...plain, name: 'sessions.internal.example', hostedZoneId: 'Z1' }],
        }),
    ],
  ])('is refused, with what to do: %s', (_, other) => {
    expect(appWith(other)).toThrow(
      /'sessions\.Internal\.example' also belongs to Application\/Name.*of the stack Application.*RETAIN on the record and deploy; take the record out of the code and deploy; then deploy the migration/,
    );
  });

  test.each<[string, (scope: Stack, zone: IHostedZone) => unknown]>([
    ['of another name', at('logins')],
    [
      'of another zone',
      (scope) => new CfnRecordSet(scope, 'Name', { ...plain, name: 'sessions.internal.example', hostedZoneId: 'Z2' }),
    ],
    [
      'of a zone that is known only when it is deployed',
      (scope) =>
        new CfnRecordSet(scope, 'Name', {
          ...plain,
          name: 'sessions.internal.example',
          hostedZoneId: Fn.importValue('Zone'),
        }),
    ],
    [
      'of a name that is known only when it is deployed',
      (scope) => new CfnRecordSet(scope, 'Name', { ...plain, name: Fn.importValue('Name'), hostedZoneId: 'Z1' }),
    ],
  ])('passes %s', (_, other) => {
    expect(appWith(other)).not.toThrow();
  });

  test('is told by its token where zone or name is known only when it is deployed', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    const zone = new PrivateHostedZone(stack, 'Zone', { zoneName: Fn.importValue('Zone'), vpc: new Vpc(stack, 'Vpc') });
    const recordName = Fn.importValue('Name');
    new CutoverRecord(stack, 'Record', { zone, recordName, blueTarget: 'blue.example', greenTarget: 'green.example' });
    const application = new Stack(app, 'Application');
    new CfnRecordSet(application, 'Name', { ...plain, name: recordName, hostedZoneId: zone.hostedZoneId });
    expect(() => app.synth()).toThrow(/also belongs to Application\/Name/);
  });

  test('is refused to two migrations', () => {
    const stack = stackWith({}, { recordName: 'Sessions.internal.example' });
    expect(() => (App.of(stack) as App).synth()).toThrow(
      /is moved by Shop\/Record1 as well; a record has one migration/,
    );
  });
});
