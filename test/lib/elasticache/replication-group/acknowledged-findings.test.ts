import { aws_elasticache as elasticache, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import {
  type CacheAttributes,
  CacheAuthentication,
  CacheEngine,
  CacheNodeType,
  ReplicationGroup,
  type ReplicationGroupProps,
  TransitEncryption,
} from '../../../../lib/elasticache';
import { CONTEXTS, newStack, oldCache } from '../stack-under-test';

const engine = CacheEngine.valkey('8.1');
const nodeType = CacheNodeType.of('cache.m7g.large');

/** What cdk-nag (AwsSolutions) finds in a stack with one group. */
function findings(
  green: Partial<ReplicationGroupProps>,
  blue?: Partial<CacheAttributes>,
  context: Record<string, unknown> = {},
): string[] {
  const { app, stack, vpc } = newStack(context);
  const replaces = blue === undefined ? undefined : oldCache(stack, blue);
  new ReplicationGroup(stack, 'Green', { vpc, engine, replaces, ...green });
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.map(({ ruleName }) => ruleName.replace('AwsSolutions-', ''));
}

describe('cdk-nag', () => {
  test.each(CONTEXTS)('finds nothing where the cache of S1 is replaced, with %s', (_, context) => {
    expect(findings({}, {}, context)).toEqual([]);
    expect(findings({ engine: CacheEngine.redis('7.1') }, {}, context)).toEqual([]);
  });

  test('finds nothing with TLS and a token', () => {
    const { app, stack, vpc } = newStack();
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token');
    new ReplicationGroup(stack, 'Green', {
      vpc,
      engine,
      nodeType,
      transitEncryption: TransitEncryption.REQUIRED,
      authentication: CacheAuthentication.authToken(secret),
    });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  test('finds nothing with TLS and a user group', () => {
    const { app, stack, vpc } = newStack();
    const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token');
    const users = new elasticache.CfnUserGroup(stack, 'Users', {
      userGroupId: 'users',
      engine: 'valkey',
      userIds: ['migration'],
    });
    new ReplicationGroup(stack, 'Green', {
      vpc,
      engine,
      nodeType,
      transitEncryption: TransitEncryption.REQUIRED,
      authentication: CacheAuthentication.userGroup(users, secret),
    });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  test('finds no TLS and no token in a group that replaces nothing: that is the user’s to answer', () => {
    expect(findings({ nodeType })).toEqual(['AEC3', 'AEC6']);
  });

  test('finds what the user chose beyond what the replaced cache asks for', () => {
    expect(findings({ numReplicas: 0 }, {})).toEqual(['AEC4']);
    expect(findings({ atRestEncryption: false }, {})).toEqual(['AEC3']);
  });

  test('finds no token where the clients of the replaced cache send one', () => {
    const { app, stack, vpc } = newStack();
    const authSecret = secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token');
    const transitEncryption = TransitEncryption.REQUIRED;
    const replaces = oldCache(stack, { authSecret, transitEncryption });
    new ReplicationGroup(stack, 'Green', { vpc, engine, replaces, transitEncryption });
    const { violations } = new AwsSolutionsChecks(app).validateScope(app);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-AEC6']);
  });
});
