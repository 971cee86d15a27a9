import { Duration, Lazy, Size, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  Cache,
  type CacheAttributes,
  CacheConsistency,
  CacheEngine,
  type CacheMigrationProps,
  CacheNodeType,
  type ICache,
  ReplicationGroup,
  TransitEncryption,
  Workload,
} from '../../../../lib';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Surroundings } from '../../migration-under-test';

const { COLD, LIVE, FENCED } = CacheConsistency;

afterAll(removeTemporaryFolders);

/** Another cache that exists, by what is stated of it. */
function existing(surroundings: Surroundings, attrs: Partial<CacheAttributes> = {}): ICache {
  return Cache.fromAttributes(surroundings.stack, 'Green', {
    engine: CacheEngine.valkey('8.1'),
    replicationGroupId: 'green',
    nodeType: CacheNodeType.of('cache.m7g.large'),
    endpointAddress: 'green.abc123.ng.0001.euw1.cache.amazonaws.com',
    securityGroups: [SecurityGroup.fromSecurityGroupId(surroundings.stack, 'GreenGroup', 'sg-09ee0000000000000')],
    ...attrs,
  });
}

type PropsIn = (surroundings: Surroundings) => Partial<CacheMigrationProps>;

function migrating(props: PropsIn, blue: Partial<CacheAttributes> = {}): () => unknown {
  return () => {
    const surroundings = new Surroundings(blue);
    const stated = props(surroundings);
    return surroundings.migrate({ ...stated, green: stated.green ?? existing(surroundings) });
  };
}

const record = (surroundings: Surroundings, options: Partial<CacheMigrationProps['record']>) => ({
  record: { zone: surroundings.zone, recordName: 'sessions', ...options },
});
const bake = Duration.minutes(5);

describe('a migration', () => {
  test.each<[string, PropsIn, RegExp]>([
    [
      'an engine downgrade',
      (s) => ({ green: existing(s, { engine: CacheEngine.redis('2.6') }) }),
      /Got Redis 2\.6 to replace Redis 2\.8\.24, which is a downgrade/,
    ],
    [
      'too little memory',
      (s) => ({ green: existing(s, { nodeType: CacheNodeType.of('cache.t4g.small') }) }),
      /green: got 1\.37 GiB for data; needed are 2\.78 GiB \(blue's maxmemory\)\. Choose a larger node type/,
    ],
    [
      'too little memory for the stated peak',
      () => ({ peakMemory: Size.gibibytes(5) }),
      /green: got 6\.38 GiB for data; needed are 6\.67 GiB \(peakMemory ÷ 0\.75/,
    ],
    ['the same cache on both sides', (s) => ({ green: s.blue }), /got the same cache \(Shop\/Sessions2\) for both/],
    [
      'the same endpoint on both sides',
      (s) => ({ green: existing(s, { endpointAddress: 'Sessions.abc123.0001.euw1.cache.amazonaws.com' }) }),
      /got the same cache/,
    ],
    [
      'cluster mode on one side only',
      (s) => ({ green: existing(s, { numShards: 2 }) }),
      /Cluster mode is enabled on this group and disabled on the cache it replaces/,
    ],
    [
      'cluster mode on both sides',
      (s) => {
        const blue = existing(s, { numShards: 2 });
        const green = new ReplicationGroup(s.stack, 'Sharded', {
          vpc: s.vpc,
          engine: blue.engine,
          replaces: blue,
          numShards: 2,
        });
        return { blue, green };
      },
      /got caches with cluster mode enabled; accepted are caches with cluster mode disabled/,
    ],
    [
      'a record at the apex',
      (s) => record(s, { recordName: 'Internal.example.' }),
      /recordName: got 'Internal\.example\.', the apex of the zone internal\.example; a CNAME cannot stand there/,
    ],
    ['a record named @', (s) => record(s, { recordName: '@' }), /recordName: got '@', the apex/],
    ['a record that is no name', (s) => record(s, { recordName: 'a b' }), /recordName: got 'a b'; accepted are labels/],
    [
      'a TTL over 60 s',
      (s) => record(s, { ttl: Duration.seconds(61) }),
      /record\.ttl: got 61 s at FENCED; accepted are up to 60 s.*Use Duration\.seconds\(5\)/,
    ],
    [
      'gradual weights',
      () => ({ weights: [{ blueWeight: 90, greenWeight: 10, bake }] }),
      /weights: got 1 steps at FENCED; accepted at COLD only/,
    ],
    [
      'a longest freeze of hours',
      () => ({ maxFreeze: Duration.hours(1) }),
      /maxFreeze: got 3600 s; accepted are 1 s to 300 s/,
    ],
    ['a longest freeze of nothing', () => ({ maxFreeze: Duration.millis(10) }), /maxFreeze: got 0\.01 s; accepted are/],
    [
      'a longest freeze where there is none',
      () => ({ consistency: LIVE, maxFreeze: Duration.minutes(1) }),
      /maxFreeze: got it at LIVE; accepted at FENCED only/,
    ],
    [
      'a fence whose security groups are not known',
      (s) => ({ green: existing(s, { securityGroups: [] }) }),
      /green: got a cache without security groups at FENCED.*use CacheConsistency\.LIVE/,
    ],
    ['an empty name', () => ({ migrationName: '' }), /migrationName: got '' \(0 characters\); accepted are 1 to 64/],
    ['a name over SSM’s limits', () => ({ migrationName: 'x'.repeat(65) }), /\(65 characters\); accepted are 1 to 64/],
    ['a name that SSM does not take', () => ({ migrationName: 'a/b' }), /migrationName: got 'a\/b'/],
    ['a name that SSM keeps for AWS', () => ({ migrationName: 'AwsThing' }), /SSM refuses names that begin with 'aws'/],
    [
      'one workload twice',
      (s) => {
        const service = s.service('watcher');
        return { workloads: [Workload.ecsService({ service }), Workload.ecsService({ service })] };
      },
      /workloads: got 'watcher' twice; each may be listed once/,
    ],
    [
      'more alarms than can be read at once',
      (s) => ({ alarms: Array.from({ length: 101 }, (_, index) => s.alarm(`Alarm${index}`)) }),
      /alarms: got 101; DescribeAlarms takes at most 100 names/,
    ],
  ])('with %s is refused, saying what to do', (_, props, message) => {
    expect(migrating(props)).toThrow(message);
  });

  test('at LIVE is refused a TTL over 60 s and gradual weights, too', () => {
    const ttl = Duration.minutes(5);
    expect(migrating((s) => ({ consistency: LIVE, ...record(s, { ttl }) }))).toThrow(/got 300 s at LIVE/);
    const weights = [{ blueWeight: 90, greenWeight: 10, bake }];
    expect(migrating(() => ({ consistency: LIVE, weights }))).toThrow(/got 1 steps at LIVE/);
  });

  test('at COLD may have either', () => {
    const weights = [{ blueWeight: 90, greenWeight: 10, bake }];
    const ttl = Duration.minutes(5);
    migrating((s) => ({ consistency: COLD, weights, ...record(s, { ttl }) }))();
  });

  test.each<[string, [number, number][], RegExp]>([
    ['over 255', [[256, 1]], /weights\[0\]\.blueWeight: got 256; accepted are whole numbers from 1 to 255/],
    ['below 0', [[100, -1]], /weights\[0\]\.greenWeight: got -1; accepted are whole numbers from 0 to 255/],
    ['with nobody on blue', [[0, 100]], /A step with nobody left on blue is the switch itself: leave it out/],
    ['that are not whole', [[1.5, 1]], /got 1\.5/],
    [
      'that fall',
      [
        [50, 50],
        [90, 10],
      ],
      /weights\[1\]: got 10 % for green after 50 %; each step must give green more/,
    ],
    ['without a step', [], /weights: got no steps; leave weights out/],
  ])('with weights %s is refused', (_, steps, message) => {
    const weights = steps.map(([blueWeight, greenWeight]) => ({ blueWeight, greenWeight, bake }));
    expect(migrating(() => ({ consistency: COLD, weights }))).toThrow(message);
  });

  test('may go to less memory where the peak is stated', () => {
    const peakMemory = Size.gibibytes(1);
    migrating((s) => ({ peakMemory, green: existing(s, { nodeType: CacheNodeType.of('cache.t4g.small') }) }))();
  });

  test('takes tokens in everything that is checked', () => {
    const surroundings = new Surroundings({ endpointAddress: Lazy.string({ produce: () => 'Blue.example' }) });
    surroundings.migrate({
      consistency: COLD,
      green: existing(surroundings),
      migrationName: Lazy.string({ produce: () => 'Sessions-1' }),
      peakMemory: Size.gibibytes(Token.asNumber({ Ref: 'Peak' })),
      record: {
        zone: HostedZone.fromHostedZoneAttributes(surroundings.stack, 'Other', {
          hostedZoneId: Lazy.string({ produce: () => 'Z1' }),
          zoneName: Lazy.string({ produce: () => 'Tokens.example' }),
        }),
        recordName: Lazy.string({ produce: () => 'Sessions.Tokens.example' }),
        ttl: Duration.seconds(Lazy.number({ produce: () => 600 })),
      },
      weights: [
        { blueWeight: Lazy.number({ produce: () => 300 }), greenWeight: Lazy.number({ produce: () => 0 }), bake },
      ],
    });
    Template.fromStack(surroundings.stack).hasResourceProperties('Custom::CutoverRecord', {
      RecordName: 'Sessions.Tokens.example',
      TtlSeconds: 600,
      BlueTarget: 'Blue.example',
    });
  });
});

describe.each([
  ['no feature flags', {}],
  ['the recommended feature flags', recommendedFlags],
])('with %s, a warning', (_, context) => {
  // The CDK prints every warning when it synthesizes.
  beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
  afterAll(() => jest.restoreAllMocks());

  function warnings(props: PropsIn, blue: Partial<CacheAttributes> = {}): string[] {
    const surroundings = new Surroundings(blue, context);
    const stated = props(surroundings);
    surroundings.migrate({ ...stated, green: stated.green ?? existing(surroundings) });
    return Annotations.fromStack(surroundings.stack)
      .findWarning('*', Match.stringLikeRegexp('cdk-cutover:'))
      .map(({ entry }) => /cdk-cutover:\w+/.exec(String(entry.data))?.[0] ?? '');
  }
  const supported = { engine: CacheEngine.redis('7.1'), cacheClusterId: undefined, replicationGroupId: 'sessions' };
  const quiet: PropsIn = (s) => ({
    alarms: [s.alarm('LoginErrors')],
    workloads: [Workload.ecsService({ service: s.service('watcher') })],
  });

  test('is not given where nothing is amiss', () => {
    expect(warnings(quiet, supported)).toEqual([]);
  });

  test('says that FENCED without workloads shuts everyone out', () => {
    const props: PropsIn = (s) => ({ ...quiet(s), workloads: [] });
    expect(warnings(props, supported)).toEqual(['cdk-cutover:FencedWithoutWorkloads']);
    expect(warnings((s) => ({ ...props(s), consistency: LIVE }), supported)).toEqual([]);
  });

  test('says that without alarms nothing sends clients back', () => {
    expect(warnings((s) => ({ ...quiet(s), alarms: [] }), supported)).toEqual(['cdk-cutover:NoAlarms']);
  });

  test('says that a server of one’s own is sent its password in the clear', () => {
    const authSecret = Secret.fromSecretNameV2(new Stack(), 'Token', 'sessions/token');
    const blue = { ...supported, replicationGroupId: undefined, authSecret, transitEncryption: TransitEncryption.NONE };
    expect(warnings(quiet, blue)).toContain('cdk-cutover:CredentialsInClear');
  });

  test('says that TLS certificates do not name a private record', () => {
    const transitEncryption = TransitEncryption.REQUIRED;
    const green: PropsIn = (s) => ({ ...quiet(s), green: existing(s, { transitEncryption }) });
    expect(warnings(green, { ...supported, transitEncryption })).toEqual(['cdk-cutover:TlsWithPrivateName']);
  });

  test('says that blue is past its end of support', () => {
    expect(warnings(quiet)).toEqual(['cdk-cutover:EngineEndOfSupport']);
  });
});

describe('phases', () => {
  function phasesOf(consistency: CacheConsistency, props: Partial<CacheMigrationProps> = {}): string[] {
    const surroundings = new Surroundings();
    surroundings.migrate({ consistency, ...props });
    const [machine] = surroundings.deploy().stateMachines();
    return Object.keys(machine?.definition.States ?? {}).filter((name) => /^Journal: [A-Z]\w+ begins$/.test(name));
  }

  test('that nothing was asked for are not there', () => {
    for (const consistency of [COLD, LIVE, FENCED]) {
      const phases = phasesOf(consistency);
      expect(phases).not.toContain('Journal: Canary begins');
      expect(phases).not.toContain('Journal: Approve begins');
      expect(phases).not.toContain('Journal: Quiesce begins');
    }
  });

  test('that copy are not there at COLD', () => {
    expect(phasesOf(COLD).sort()).toEqual(
      ['Preflight', 'Switch', 'Evict', 'Resume', 'Watch'].map((name) => `Journal: ${name} begins`).sort(),
    );
  });
});

test.each([
  [TransitEncryption.NONE, false],
  // Where both are served, the agent's credentials and every key go by TLS.
  [TransitEncryption.PREFERRED, true],
])('with encryption in transit %s, the agent speaks TLS: %s', (transitEncryption, tls) => {
  const surroundings = new Surroundings();
  const green = existing(surroundings, { transitEncryption });
  surroundings.migrate({ green });
  const [configuration] = surroundings
    .deploy()
    .resources('AWS::SSM::Parameter')
    .map((parameter) => String(parameter.property('Value')))
    .filter((value) => value.startsWith('{'));
  expect(JSON.parse(configuration ?? '{}').green.tls).toBe(tls);
});
