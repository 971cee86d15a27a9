import { SecretsManager } from '../../../rehearsal/aws/secrets-manager';
import { allowing, callerOf, testEnvironment } from './test-environment';

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:cache/auth-AbCdEf';

function testbed() {
  const { environment } = testEnvironment();
  const secrets = new SecretsManager(environment);
  secrets.add(ARN, '{"password":"hunter2"}');
  return callerOf(environment, secrets);
}

test.each(['cache/auth', ARN, ARN.replace('-AbCdEf', '')])('a secret is found by %s', async (SecretId) => {
  expect(await testbed().call('getSecretValue', { SecretId })).toMatchObject({
    ARN,
    Name: 'cache/auth',
    SecretString: '{"password":"hunter2"}',
  });
});

test('an unknown secret, stage and version are refused', async () => {
  const { refusal } = testbed();
  const error = 'SecretsManager.ResourceNotFoundException';
  expect(await refusal('getSecretValue', { SecretId: 'x' })).toEqual({
    error,
    cause: "Secrets Manager can't find the specified secret.",
  });
  expect((await refusal('getSecretValue', { SecretId: ARN, VersionStage: 'AWSPENDING' })).error).toBe(error);
  expect((await refusal('getSecretValue', { SecretId: ARN, VersionId: '0'.repeat(32) })).error).toBe(error);
});

test('reading takes the permission on the secret’s whole ARN', async () => {
  const { call, refusal } = testbed();
  const read = (Resource: string) => ({
    principal: allowing({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource }),
  });
  await call('getSecretValue', { SecretId: 'cache/auth' }, read(`${ARN.slice(0, -6)}??????`));
  expect((await refusal('getSecretValue', { SecretId: 'cache/auth' }, read(ARN.slice(0, -7)))).error).toBe(
    'SecretsManager.SecretsManagerException',
  );
});

test('what was read stays out of the journal', async () => {
  const { call, plane } = testbed();
  await call('getSecretValue', { SecretId: ARN });
  expect(JSON.stringify(plane.journal.entries)).not.toContain('hunter2');
});
