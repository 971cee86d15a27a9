import { Duration, Lazy, Token } from 'aws-cdk-lib';
import { Peer } from 'aws-cdk-lib/aws-ec2';
import { Connection } from 'aws-cdk-lib/aws-events';
import { CacheConsistency, Check, CheckTime, type HttpCheckProps, type ICheck, Workload } from '../../../lib';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../migration-under-test';

afterAll(removeTemporaryFolders);

const when = CheckTime.BEFORE_RESUME;
const URL_OF_SHOP = 'http://shop.internal.example/';

const page = (props: Partial<HttpCheckProps> = {}) => Check.http({ name: 'page', when, url: URL_OF_SHOP, ...props });

function migrate(checks: ICheck[]) {
  const surroundings = new Surroundings();
  surroundings.migrate({ checks, approval: surroundings.topic() });
  return surroundings;
}

test.each<[string, () => unknown, RegExp]>([
  ['two of one name', () => migrate([page(), page()]), /^checks: got 'page' twice; each needs a name of its own/],
  ['no name', () => migrate([page({ name: ' ' })]), /accepted are 1 to 40 printable ASCII characters/],
  ['a long name', () => migrate([page({ name: 'x'.repeat(41) })]), /^checks: got the name 'x+' \(41 characters\)/],
  [
    'more than there is time for',
    () => migrate(Array.from({ length: 41 }, (_, n) => page({ name: `${n}` }))),
    /got 41; accepted are up to 40/,
  ],
  [
    'odd retries',
    () => migrate([page({ retries: 1.5 })]),
    /^retries of page: got 1.5; accepted are whole numbers from 0 to 20/,
  ],
  ['many retries', () => migrate([page({ retries: 21 })]), /^retries of page: got 21/],
  [
    'no time',
    () => migrate([page({ timeout: Duration.seconds(0) })]),
    /^timeout of page: got 0 s; accepted are whole seconds/,
  ],
  ['a time-out beyond a day', () => migrate([page({ timeout: Duration.hours(25) })]), /^timeout of page: got 90000 s/],
  ['no interval', () => migrate([page({ interval: Duration.millis(500) })]), /^interval of page: got 0.5 s/],
  [
    'no URL',
    () => page({ url: 'shop.example' }),
    /^url of page: got 'shop.example'; accepted are URLs that begin with https/,
  ],
  ['a URL with a password', () => page({ url: 'http://me:hush@shop/' }), /^url of page: got one with a user's name/],
  [
    'a URL with a password alone',
    () => page({ url: 'http://:hush@shop/' }),
    /^url of page: got one with a user's name/,
  ],
  ['an odd method', () => page({ method: 'BREW' }), /^method of page: got 'BREW'/],
  ['an impossible status', () => page({ status: 99 }), /^status of page: got 99; accepted are 100 to 599/],
  ['no way to succeed', () => page({ method: 'HEAD', contains: 'ok' }), /could never pass/],
  ['nothing to contain', () => page({ contains: '' }), /^contains of page: got ''/],
  ['a secret in a header', () => page({ headers: { Authorization: 'x' } }), /^headers of page: got Authorization/],
  ['a header of the connection', () => page({ headers: { host: 'x' } }), /^headers of page: got 'host'/],
  [
    'no command',
    () => Check.command({ name: 'batch', when, command: ' ', instances: { a: 'b' } }),
    /^command of batch: got ' '/,
  ],
  [
    'a parameter in a command',
    () => Check.command({ name: 'batch', when, command: 'echo {{ a }}', instances: { a: 'b' } }),
    /accepted is Bash without/,
  ],
  [
    'no host',
    () => Check.command({ name: 'batch', when, command: 'true' }),
    /^instances of batch: got neither tags nor instance ids/,
  ],
  [
    'a command of unknown duration',
    () =>
      Check.command({
        name: 'batch',
        when,
        command: 'true',
        instances: { a: 'b' },
        timeout: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })),
      }),
    /^timeout of batch: got a token; accepted for a command is a plain duration/,
  ],
  [
    'no instructions',
    () => Check.confirm({ name: 'look', when, instructions: '' }),
    /^instructions of look: got 0 characters/,
  ],
  [
    'a person asked twice',
    () => migrate([Check.confirm({ name: 'look', when, instructions: 'Look.', retries: 1 })]),
    /^retries of look: got 1; accepted is 0/,
  ],
])('%s is refused in a sentence', (_, make, message) => {
  expect(make).toThrow(message);
});

test('over a connection only what Step Functions takes is accepted', () => {
  const { stack } = new Surroundings();
  const connection = Connection.fromConnectionAttributes(stack, 'Shop', {
    connectionName: 'shop',
    connectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/shop/0b3e21a3-5b4a-4e5f-9c9f-1a2b3c4d5e6f',
    connectionSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:events!connection/shop-AbCdEf',
  });
  const over = (props: Partial<HttpCheckProps>) => () => page({ url: 'https://shop.example/', connection, ...props });
  expect(over({})).not.toThrow();
  expect(over({ url: URL_OF_SHOP })).toThrow(/begin with https/);
  expect(over({ url: 'https://me:hush@shop.example/' })).toThrow(/^url of page: got one with a user's name or a/);
  expect(over({ status: 404 })).toThrow(/accepted over a connection are 200 to 299/);
  expect(over({ timeout: Duration.seconds(61) })).toThrow(/accepted over a connection are up to 60 s/);
  expect(over({ body: '{' })).toThrow(/^body of page: got '{'; accepted over a connection is JSON/);
});

test('a person is asked on the topic that announces, which must be there', () => {
  const surroundings = new Surroundings();
  const checks = [Check.confirm({ name: 'look', when, instructions: 'Look.' })];
  expect(() => surroundings.migrate({ checks })).toThrow(/^check look: got it without approval/);
});

test('checks that would not fit into an execution are refused, and what fits slows the watch down', () => {
  const workloads = (surroundings: Surroundings) =>
    Array.from({ length: 85 }, (_, n) =>
      Workload.ecsService({ service: surroundings.service(`S${n}`), name: `S${n}` }),
    );
  const many = new Surroundings();
  const checks = Array.from({ length: 10 }, (_, n) => page({ name: `page ${n}` }));
  expect(() => many.migrate({ workloads: workloads(many), checks })).toThrow(
    /^checks: got 10 with up to 5400 events, beside 85 workloads; an execution may have 25,000 events/,
  );
  const few = new Surroundings();
  expect(() => few.migrate({ workloads: workloads(few), checks: [page()] })).not.toThrow();
});

test('the execution’s own time-out leaves room for every try of every check', () => {
  const timeoutWith = (checks: ICheck[]) => {
    const [machine] = migrate(checks).deploy().stateMachines();
    return Number(machine?.definition.TimeoutSeconds);
  };
  const patient = page({ timeout: Duration.hours(2), retries: 1 });
  expect(timeoutWith([patient]) - timeoutWith([])).toBeGreaterThanOrEqual(3 * 2 * 2 * 3600);
});

test('tokens pass', () => {
  const checks = [
    page({
      url: `http://${Lazy.string({ produce: () => 'shop.example' })}:8080/`,
      status: Token.asNumber({ Ref: 'Status' }),
      timeout: Duration.seconds(Token.asNumber({ Ref: 'Seconds' })),
      retries: Token.asNumber({ Ref: 'Retries' }),
    }),
    page({ name: 'whole', url: Token.asString({ Ref: 'Url' }) }),
  ];
  const surroundings = migrate(checks);
  expect(() => surroundings.app.synth()).not.toThrow();
});

test('the host is let out to the port of a request, and the request is in its user data alone', () => {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.COLD, { checks: [page({ url: 'http://shop.internal.example:8080/' })] });
  const assembly = surroundings.deploy();
  const [host] = assembly.resources('AWS::EC2::Instance');
  expect(Buffer.from(String(host?.property('UserData')), 'base64').toString()).toContain('shop.internal.example:8080');
  const configuration = assembly
    .resources('AWS::SSM::Parameter')
    .find((parameter) => String(parameter.property('Name')).endsWith('/configuration'));
  expect(String(configuration?.property('Value'))).not.toContain('8080');
  const ports = assembly
    .resources('AWS::EC2::SecurityGroup')
    .flatMap((group) => (group.property('SecurityGroupEgress') ?? []) as { FromPort?: number }[])
    .map(({ FromPort }) => FromPort);
  expect(ports).toEqual(expect.arrayContaining([443, 8080]));
});

test('where it is stated whom the host may reach, no request lets it reach anybody else', () => {
  const surroundings = new Surroundings();
  const httpsPeers = [Peer.prefixList('pl-6da54004'), Peer.ipv4('10.0.7.0/24')];
  const checks = [page({ url: 'http://shop.internal.example:8080/' })];
  surroundings.migrateInFull(CacheConsistency.COLD, { checks, host: { httpsPeers } });
  const assembly = surroundings.deploy();
  const inline = assembly
    .resources('AWS::EC2::SecurityGroup')
    .filter((group) => /^Migration host/.test(String(group.property('GroupDescription'))))
    .flatMap((group) => (group.property('SecurityGroupEgress') ?? []) as Record<string, unknown>[]);
  const separate = assembly
    .resources('AWS::EC2::SecurityGroupEgress')
    .map((rule) => Object.fromEntries(['CidrIp', 'FromPort'].map((name) => [name, rule.property(name)])));
  const ranges = [...inline, ...separate].map(({ CidrIp, FromPort }) => [CidrIp, FromPort]);
  expect(ranges).toEqual(
    expect.arrayContaining([
      ['10.0.7.0/24', 443],
      ['10.0.7.0/24', 8080],
    ]),
  );
  expect(ranges.filter(([range]) => range === '0.0.0.0/0')).toEqual([]);
});
