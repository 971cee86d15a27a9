import { Credentials } from '../../agent/credentials';
import { useAws } from './aws';

const aws = useAws();

describe('credentials', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:cache';
  let concealed: string[];
  let credentials: Credentials;
  beforeEach(() => {
    concealed = [];
    credentials = new Credentials((secret) => concealed.push(secret));
  });

  test.each([
    ['a bare token', 'a-token', { password: 'a-token' }],
    ['a bare token of digits', '1234567890123456', { password: '1234567890123456' }],
    ['a bare token in quotes', '"quoted"', { password: '"quoted"' }],
    ['a password', '{"password":"p"}', { password: 'p' }],
    [
      "an ACL user as ElastiCache's rotation writes it",
      '{"username":"u","password":"p","user_arn":"arn"}',
      { username: 'u', password: 'p' },
    ],
  ])('%s is understood', async (_kind, secret, credential) => {
    aws.secrets.set(arn, secret);
    await expect(credentials.of(arn)).resolves.toEqual(credential);
  });

  test.each(['{"token":"t0p"}', '{"password":""}', '["t0p"]'])('%s is refused without being quoted', async (secret) => {
    aws.secrets.set(arn, secret);
    const refusal = await credentials.of(arn).catch((error: Error) => error);
    expect(refusal).toMatchObject({
      name: 'Agent.AccessDenied',
      message: expect.stringMatching(/bare AUTH token, or JSON/),
    });
    expect(String(refusal)).not.toContain('t0p');
  });

  test('are read once, and again after they were forgotten', async () => {
    aws.secrets.set(arn, 'first');
    const before = aws.calls.length;
    await Promise.all([credentials.of(arn), credentials.of(arn)]);
    expect(aws.calls.length - before).toBe(1);
    aws.secrets.set(arn, 'second');
    await expect(credentials.of(arn)).resolves.toEqual({ password: 'first' });
    credentials.forget();
    await expect(credentials.of(arn)).resolves.toEqual({ password: 'second' });
  });

  test('a failure is not remembered', async () => {
    const later = `${arn}-later`;
    await expect(credentials.of(later)).rejects.toMatchObject({ name: 'Agent.AccessDenied' });
    aws.secrets.set(later, 'there-now');
    await expect(credentials.of(later)).resolves.toEqual({ password: 'there-now' });
  });

  test('are concealed before they are handed out', async () => {
    aws.secrets.set(arn, '{"password":"inner"}');
    await credentials.of(arn);
    expect(concealed).toEqual(expect.arrayContaining(['{"password":"inner"}', 'inner']));
  });
});
