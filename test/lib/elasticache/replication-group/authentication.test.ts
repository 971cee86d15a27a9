import { aws_elasticache as elasticache, type Stack, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { CacheAuthentication, TransitEncryption } from '../../../../lib/elasticache';
import { groupWith } from '../stack-under-test';

const transitEncryption = TransitEncryption.REQUIRED;
const secretIn = (stack: Stack) => secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token');

describe('authentication', () => {
  test('by a token leaves a reference in the template, and the secret to the migration', () => {
    const { properties, group } = groupWith({ transitEncryption }, (stack) => ({
      authentication: CacheAuthentication.authToken(secretIn(stack)),
    }));
    expect(JSON.stringify(properties?.AuthToken)).toMatch(
      /\{\{resolve:secretsmanager:.*:secret:sessions\/token:SecretString:::\}\}/,
    );
    expect(properties?.UserGroupIds).toBeUndefined();
    expect(group.authSecret?.secretName).toBe('sessions/token');
  });

  test('by a token in JSON takes its password', () => {
    const { properties } = groupWith({ transitEncryption }, (stack) => ({
      authentication: CacheAuthentication.authTokenInJson(secretIn(stack)),
    }));
    expect(JSON.stringify(properties?.AuthToken)).toContain(':SecretString:password::}}');
  });

  test('by a user group names the group, and no token', () => {
    const { properties, group } = groupWith({ transitEncryption }, (stack) => {
      const users = new elasticache.CfnUserGroup(stack, 'Users', {
        userGroupId: 'sessions',
        engine: 'valkey',
        userIds: ['migration'],
      });
      return { authentication: CacheAuthentication.userGroup(users, secretIn(stack)) };
    });
    expect(properties?.UserGroupIds).toEqual([{ Ref: 'Users' }]);
    expect(properties?.AuthToken).toBeUndefined();
    expect(group.authSecret?.secretName).toBe('sessions/token');
  });
});
