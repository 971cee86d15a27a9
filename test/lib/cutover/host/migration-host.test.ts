import { Match, Template } from 'aws-cdk-lib/assertions';
import { InstanceType, Peer, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Cache, CacheEngine, type MigrationHostOptions, TransitEncryption } from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

afterAll(removeTemporaryFolders);

function templateWith(host: MigrationHostOptions = {}): Template {
  const surroundings = new Surroundings();
  surroundings.migrate({ host });
  return Template.fromStack(surroundings.stack);
}

const template = templateWith();
const only = (type: string, from = template) => {
  const found = Object.entries(from.findResources(type));
  expect(found).toHaveLength(1);
  const [[logicalId, { Properties: properties }] = ['', {}]] = found;
  return { logicalId, properties };
};

describe('the host', () => {
  test('is reached by nobody', () => {
    const groups = Object.entries(template.findResources('AWS::EC2::SecurityGroup'));
    const [host] = groups.filter(([, { Properties }]) => /^Migration host/.test(Properties.GroupDescription));
    expect(host?.[1].Properties.SecurityGroupIngress).toBeUndefined();
    const openings = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(openings.map(({ Properties }) => JSON.stringify(Properties.GroupId)).join()).not.toContain(host?.[0]);
  });

  test('reaches AWS’s APIs and the two caches, and nothing else', () => {
    const [host] = Object.values(
      template.findResources('AWS::EC2::SecurityGroup', {
        Properties: { GroupDescription: Match.stringLikeRegexp('^Migration host') },
      }),
    );
    expect(host?.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ FromPort: 443, ToPort: 443 })]);
    const further = Object.values(template.findResources('AWS::EC2::SecurityGroupEgress'));
    expect(further.map(({ Properties: { FromPort, ToPort } }) => [FromPort, ToPort])).toEqual([
      [6379, 6379],
      [6379, 6379],
    ]);
  });

  test('reaches on port 443 the peers that are stated, and nobody else', () => {
    const narrowed = templateWith({ httpsPeers: [Peer.prefixList('pl-6da54004')], vpcEndpoints: true });
    const groups = narrowed.findResources('AWS::EC2::SecurityGroup');
    const [logicalId = '', host] =
      Object.entries(groups).find(([, { Properties }]) => /^Migration host/.test(Properties.GroupDescription)) ?? [];
    const separate = Object.values(narrowed.findResources('AWS::EC2::SecurityGroupEgress'))
      .map(({ Properties }) => Properties)
      .filter(({ GroupId, ToPort }) => ToPort === 443 && JSON.stringify(GroupId).includes(logicalId));
    const inline = (host?.Properties.SecurityGroupEgress ?? []).filter(
      ({ CidrIp }: { CidrIp: string }) => CidrIp !== '255.255.255.255/32',
    );
    const prefixLists = [...separate, ...inline].map((rule) => rule.DestinationPrefixListId).filter(Boolean);
    expect(prefixLists).toEqual(['pl-6da54004']);
    const endpoints = [...separate, ...inline].filter((rule) => rule.DestinationSecurityGroupId !== undefined);
    expect(endpoints).toHaveLength(6);
    expect([...separate, ...inline]).toHaveLength(7);
  });

  test('is refused without anybody to reach there, for its program is in S3', () => {
    expect(() => templateWith({ httpsPeers: [] })).toThrow('host.httpsPeers: got none');
  });

  test('has no key pair, an encrypted disk, IMDSv2 only, and no public address', () => {
    const { properties } = only('AWS::EC2::Instance');
    expect(properties.KeyName).toBeUndefined();
    expect(properties.BlockDeviceMappings).toEqual([
      { DeviceName: '/dev/xvda', Ebs: expect.objectContaining({ Encrypted: true }) },
    ]);
    const metadata = JSON.stringify([properties.MetadataOptions, template.findResources('AWS::EC2::LaunchTemplate')]);
    expect(metadata).toContain('"HttpTokens":"required"');
    expect(properties.NetworkInterfaces).toBeUndefined();
  });

  test('is replaced when its program changes, because user data runs once', () => {
    const larger = only('AWS::EC2::Instance', templateWith({ instanceType: new InstanceType('c7g.xlarge') }));
    expect(larger.logicalId).toBe(only('AWS::EC2::Instance').logicalId);
    const surroundings = new Surroundings();
    surroundings.migrate({ migrationName: 'another' });
    expect(only('AWS::EC2::Instance', Template.fromStack(surroundings.stack)).logicalId).not.toBe(larger.logicalId);
  });

  test('takes the image of its processor', () => {
    const images = (host: MigrationHostOptions) =>
      Object.values(templateWith(host).toJSON().Parameters).map((each) => (each as { Default: string }).Default);
    expect(images({}).join()).toMatch(/al2023-ami-kernel-[\w.]+-arm64/);
    expect(images({ instanceType: new InstanceType('c7i.large') }).join()).toMatch(/al2023-ami-kernel-[\w.]+-x86_64/);
  });
});

describe('a session', () => {
  test('is logged, and ends when nobody types', () => {
    const [{ Properties: properties } = {}] = Object.values(
      template.findResources('AWS::SSM::Document', { Properties: { DocumentType: 'Session' } }),
    );
    expect(properties.Content.inputs).toMatchObject({
      cloudWatchLogGroupName: { Ref: expect.stringContaining('SessionsLog') },
      cloudWatchStreamingEnabled: true,
      idleSessionTimeout: '20',
    });
  });

  test('’s log outlives the migration, and so does the agent’s', () => {
    const groups = Object.entries(template.findResources('AWS::Logs::LogGroup'));
    const ofHost = groups.filter(([logicalId]) => logicalId.includes('Host'));
    expect(ofHost.map(([, { DeletionPolicy }]) => DeletionPolicy)).toEqual(['Retain', 'Retain']);
  });

  test('can be started by whom it was granted to: on this host, and logged', () => {
    const surroundings = new Surroundings();
    const operators = new Role(surroundings.stack, 'Operators', {
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    });
    surroundings.migrate().host.grantConnect(operators);
    const assembly = surroundings.deploy();
    const [role] = assembly.resources('AWS::IAM::Role').filter(({ logicalId }) => logicalId.startsWith('Operators'));
    const [instance] = assembly.resources('AWS::EC2::Instance');
    const [document] = assembly.resources('AWS::SSM::Document');
    expect(assembly.role(String(role?.attribute('Arn'))).policies.flatMap(({ statements }) => statements)).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:StartSession',
        Resource: [
          `arn:aws:ec2:eu-west-1:111122223333:instance/${instance?.physicalId}`,
          `arn:aws:ssm:eu-west-1:111122223333:document/${document?.physicalId}`,
        ],
        // A session without a document of its own would be logged nowhere.
        Condition: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: ['ssm:ResumeSession', 'ssm:TerminateSession'],
        Resource: [
          `arn:aws:ssm:eu-west-1:111122223333:session/${'$'}{aws:userid}-*`,
          `arn:aws:ssm:eu-west-1:111122223333:session/${'$'}{aws:username}-*`,
        ],
      },
    ]);
  });
});

describe('in isolated subnets', () => {
  const isolated = templateWith({ vpcEndpoints: true });

  test('the host has an endpoint for all it calls, and for packages', () => {
    const endpoints = Object.values(isolated.findResources('AWS::EC2::VPCEndpoint'));
    const services = endpoints.map(({ Properties }) => JSON.stringify(Properties.ServiceName).replace(/.*\.|\W/g, ''));
    expect(services.sort()).toEqual(['cloudformation', 'logs', 's3', 'secretsmanager', 'ssm', 'ssmmessages', 'states']);
    expect(only('AWS::EC2::Instance', isolated).properties.SubnetId).toBe('subnet-0123456789abcdef2');
  });

  test('only the host uses them', () => {
    const rules = Object.values(isolated.findResources('AWS::EC2::SecurityGroupIngress'))
      .map(({ Properties }) => Properties)
      .filter(({ FromPort }) => FromPort === 443);
    expect(rules).toHaveLength(6);
    for (const rule of rules) expect(rule.SourceSecurityGroupId).toBeDefined();
  });

  test('it starts only when they are there', () => {
    const [instance] = Object.values(isolated.findResources('AWS::EC2::Instance'));
    expect(instance?.DependsOn).toEqual(expect.arrayContaining([expect.stringContaining('EndpointsS3')]));
  });

  test('a user’s choice of subnets comes first', () => {
    const chosen = templateWith({ vpcEndpoints: true, vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } });
    expect(only('AWS::EC2::Instance', chosen).properties.SubnetId).toBe('subnet-0123456789abcdef0');
  });
});

describe('credentials', () => {
  test('are read at run time: the template and the user data hold none', () => {
    const surroundings = new Surroundings();
    const arn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:sessions/token-a1b2c3';
    const blue = Cache.fromAttributes(surroundings.stack, 'Protected', {
      engine: CacheEngine.redis('2.8.24'),
      endpointAddress: 'protected.example',
      securityGroups: [surroundings.blueGroup],
      authSecret: Secret.fromSecretCompleteArn(surroundings.stack, 'Token', arn),
      transitEncryption: TransitEncryption.NONE,
    });
    surroundings.migrate({ blue });
    const protecting = Template.fromStack(surroundings.stack);
    const text = JSON.stringify(protecting.toJSON());
    expect(text).toContain('secretsmanager:GetSecretValue');
    expect(text).not.toContain('{{resolve:secretsmanager');
    // By its ARN alone, in the parameter and in the user data.
    expect(JSON.stringify(only('AWS::EC2::Instance', protecting).properties.UserData)).toMatch(/secretArn\W+arn:aws:/);
    protecting.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Action: Match.arrayWith(['secretsmanager:GetSecretValue']), Resource: arn }),
        ]),
      },
    });
  });
});
