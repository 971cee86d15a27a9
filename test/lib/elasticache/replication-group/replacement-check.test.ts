import { type Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import {
  type CacheAttributes,
  CacheAuthentication,
  CacheEngine,
  CacheNodeType,
  ReplicationGroup,
  type ReplicationGroupProps,
  TransitEncryption,
} from '../../../../lib/elasticache';
import { checkReplacement } from '../../../../lib/elasticache/replication-group/replacement-check';
import { newStack, oldCache } from '../stack-under-test';

const { NONE, PREFERRED, REQUIRED } = TransitEncryption;
const ofGroup = { cacheClusterId: undefined, replicationGroupId: 'sessions' };

/** Replaces a cache like S1's, but for what is stated of either. */
function replace(
  blue: Partial<CacheAttributes>,
  green: Partial<ReplicationGroupProps> = {},
  secrets: (stack: Stack) => { blue?: secretsmanager.ISecret; green?: secretsmanager.ISecret } = () => ({}),
) {
  const { stack, vpc } = newStack();
  const { blue: blueSecret, green: greenSecret } = secrets(stack);
  const group = new ReplicationGroup(stack, 'Green', {
    vpc,
    engine: CacheEngine.valkey('8.1'),
    replaces: oldCache(stack, { authSecret: blueSecret, ...blue }),
    authentication: greenSecret === undefined ? undefined : CacheAuthentication.authToken(greenSecret),
    ...green,
  });
  return { stack, group };
}

describe('the engine', () => {
  test.each([
    ['6.2 by 5.0.6', CacheEngine.redis('6.2'), CacheEngine.redis('5.0.6'), 'Got Redis 5.0.6 to replace Redis 6.2'],
    ['Valkey by Redis', CacheEngine.valkey('7.2'), CacheEngine.redis('7.1'), 'Got Redis 7.1 to replace Valkey 7.2'],
    ['a newer Valkey', CacheEngine.valkey('9.0'), CacheEngine.valkey('8.1'), 'which is a downgrade'],
  ])('must not be a downgrade: %s', (_, before, after, message) => {
    expect(() => replace({ ...ofGroup, engine: before }, { engine: after })).toThrow(message);
  });

  test('may be Valkey in place of any Redis', () => {
    expect(replace({ engine: CacheEngine.redis('7.1') }).group.engine.name).toBe('valkey');
  });
});

describe('cluster mode', () => {
  test('on the old side only is refused', () => {
    expect(() => replace({ ...ofGroup, numShards: 2 })).toThrow(
      /enabled on the cache it replaces and disabled on this group.*State numShards\./,
    );
  });

  test('on the new side only is refused', () => {
    expect(() => replace({}, { numShards: 2 })).toThrow(
      /enabled on this group and disabled on the cache it replaces.*Leave numShards out\./,
    );
  });

  test('on both sides is fine, with other shards too', () => {
    expect(replace({ ...ofGroup, numShards: 2 }, { numShards: 3 }).group.numShards).toBe(3);
  });
});

describe('the port', () => {
  test('must be the same, because a DNS record carries none', () => {
    expect(() => replace({ port: 6380 })).toThrow(/Got port 6379.*listens on 6380.*state port: 6380\./);
    expect(replace({ port: 6380 }, { port: 6380 }).group.endpointPort).toBe(6380);
  });
});

describe('encryption in transit', () => {
  test.each([
    [NONE, NONE],
    [NONE, PREFERRED],
    [PREFERRED, PREFERRED],
    [PREFERRED, REQUIRED],
    [REQUIRED, PREFERRED],
    [REQUIRED, REQUIRED],
  ])('%s may be followed by %s', (transitEncryption, next) => {
    expect(replace({ transitEncryption }, { transitEncryption: next }).group.transitEncryption).toBe(next);
  });

  test.each([
    [NONE, REQUIRED, /clients of the cache it replaces speak plaintext.*TransitEncryption\.PREFERRED/],
    [REQUIRED, NONE, /clients of the cache it replaces speak TLS.*TransitEncryption\.REQUIRED, or PREFERRED/],
    [PREFERRED, NONE, /may speak TLS.*TransitEncryption\.PREFERRED/],
  ])('%s cannot be followed by %s, which would shut clients out', (transitEncryption, next, message) => {
    expect(() => replace({ transitEncryption }, { transitEncryption: next })).toThrow(message);
  });
});

describe('credentials', () => {
  const warnings = (stack: Stack) =>
    Annotations.fromStack(stack).findWarning('/Caches/Green', Match.stringLikeRegexp('cdk-cutover:CredentialsDiffer'));
  const secret = (stack: Stack, id: string) => new secretsmanager.Secret(stack, id);
  const tls = { transitEncryption: REQUIRED };

  test('that are the same secret, or none on both sides, are no warning', () => {
    const shared = replace(tls, tls, (stack) => {
      const token = secret(stack, 'Token');
      return { blue: token, green: token };
    });
    expect(warnings(shared.stack)).toEqual([]);
    expect(warnings(replace({}).stack)).toEqual([]);
  });

  test.each([
    [
      'another secret',
      (stack: Stack) => ({ blue: secret(stack, 'A'), green: secret(stack, 'B') }),
      'with one secret, and to Caches/Green with another secret',
    ],
    [
      'none any more',
      (stack: Stack) => ({ blue: secret(stack, 'A') }),
      'with one secret, and to Caches/Green without a secret',
    ],
    [
      'a first one',
      (stack: Stack) => ({ green: secret(stack, 'B') }),
      'without a secret, and to Caches/Green with a secret',
    ],
  ])('that differ are a warning: %s', (_, secrets, text) => {
    const found = warnings(replace(tls, tls, secrets).stack);
    expect(found.map(({ entry }) => String(entry.data))).toEqual([expect.stringContaining(text)]);
  });
});

test('a pair that is checked once more by its migration warns once', () => {
  const { stack, vpc } = newStack();
  const authSecret = new secretsmanager.Secret(stack, 'Token');
  const transitEncryption = REQUIRED;
  const replaces = oldCache(stack, { authSecret, transitEncryption });
  const engine = CacheEngine.valkey('8.1');
  const green = new ReplicationGroup(stack, 'Green', { vpc, engine, replaces, transitEncryption });
  checkReplacement(green, replaces);
  const warnings = green.node.metadata.filter(({ data }) => String(data).includes('cdk-cutover:CredentialsDiffer'));
  expect(warnings).toHaveLength(1);
});

test('a group can be replaced by the next one, without an import', () => {
  const { stack, vpc } = newStack();
  const blue = new ReplicationGroup(stack, 'Sessions7', {
    vpc,
    engine: CacheEngine.redis('7.1'),
    nodeType: CacheNodeType.of('cache.m6g.xlarge'),
  });
  const green = new ReplicationGroup(stack, 'Sessions9', { vpc, engine: CacheEngine.valkey('9.0'), replaces: blue });
  expect(green.nodeType?.name).toBe('cache.m7g.xlarge');
});
