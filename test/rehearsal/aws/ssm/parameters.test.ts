import { Ssm } from '../../../../rehearsal/aws/ssm/ssm';
import { allowing, callerOf, testEnvironment } from '../test-environment';

function testbed() {
  const { environment } = testEnvironment();
  const ssm = new Ssm({ environment, runCommand: () => Promise.reject(new Error('no machines here')) });
  return { ...callerOf(environment, ssm), ssm };
}

const text = (value: string, more: object = {}) => ({
  Name: '/cutover/journal',
  Value: value,
  Type: 'String',
  ...more,
});

test('a parameter is kept, with a version for every time it is written', async () => {
  const { call, ssm } = testbed();
  expect(await call('putParameter', text('a'))).toEqual({ Version: 1, Tier: 'Standard' });
  expect(await call('putParameter', { Name: '/cutover/journal', Value: 'b', Overwrite: true })).toEqual({
    Version: 2,
    Tier: 'Standard',
  });
  expect(await call('getParameter', { Name: '/cutover/journal' })).toMatchObject({
    Parameter: {
      Name: '/cutover/journal',
      Value: 'b',
      Version: 2,
      Type: 'String',
      ARN: 'arn:aws:ssm:eu-west-1:111122223333:parameter/cutover/journal',
    },
  });
  expect(await call('getParameter', { Name: '/cutover/journal:1' })).toMatchObject({ Parameter: { Value: 'a' } });
  expect(ssm.parameters.valueOf('/cutover/journal')).toBe('b');
});

test('without Overwrite only the first of two wins', async () => {
  const { call, refusal } = testbed();
  await call('putParameter', text('mine', { Overwrite: false }));
  expect(await refusal('putParameter', text('theirs'))).toEqual({
    error: 'Ssm.ParameterAlreadyExistsException',
    cause: 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  });
});

describe('tiers', () => {
  test('a standard parameter holds 4096 characters', async () => {
    const { call, refusal } = testbed();
    await call('putParameter', text('x'.repeat(4096)));
    const refused = await refusal('putParameter', text('x'.repeat(4097), { Overwrite: true }));
    expect(refused.error).toBe('Ssm.ValidationException');
    expect(refused.cause).toContain('Standard tier parameters support a maximum parameter value of 4096 characters.');
  });

  test('intelligent tiering moves to the advanced tier, which holds 8192, and never back', async () => {
    const { call, refusal } = testbed();
    const put = (length: number, Tier: string) => text('x'.repeat(length), { Tier, Overwrite: true });
    expect(await call('putParameter', put(4096, 'Intelligent-Tiering'))).toMatchObject({ Tier: 'Standard' });
    expect(await call('putParameter', put(4097, 'Intelligent-Tiering'))).toMatchObject({ Tier: 'Advanced' });
    expect(await call('putParameter', put(1, 'Intelligent-Tiering'))).toMatchObject({ Tier: 'Advanced' });
    expect((await refusal('putParameter', put(8193, 'Intelligent-Tiering'))).cause).toContain('8192 characters');
    expect((await refusal('putParameter', put(1, 'Standard'))).cause).toContain("You can't downgrade");
  });
});

test.each([
  ['no type for a new one', text('a', { Type: undefined }), 'Ssm.ValidationException', 'A parameter type is required'],
  ['an empty value', text(''), 'Ssm.ValidationException', "Value '' at 'value' failed to satisfy constraint"],
  ['a nested reference', text('{{ssm:other}}'), 'Ssm.ValidationException', "can't nest another parameter"],
  [
    'a reserved prefix',
    text('a', { Name: '/aws/mine' }),
    'Ssm.ValidationException',
    `can't be prefixed with "aws" or "ssm"`,
  ],
  ['another reserved prefix', text('a', { Name: 'SsmThing' }), 'Ssm.ValidationException', `can't be prefixed`],
  [
    'a blank in its name',
    text('a', { Name: '/a b' }),
    'Ssm.ValidationException',
    'letters, numbers and the following 3 symbols',
  ],
  ['a path without its first slash', text('a', { Name: 'a/b' }), 'Ssm.ValidationException', 'fully qualified name'],
  [
    '16 levels',
    text('a', { Name: '/l'.repeat(16) }),
    'Ssm.HierarchyLevelLimitExceededException',
    'maximum of 15 levels',
  ],
  [
    'a value off its pattern',
    text('a', { AllowedPattern: '\\d+' }),
    'Ssm.ParameterPatternMismatchException',
    'allowedPattern',
  ],
  ['an unknown type', text('a', { Type: 'Text' }), 'Ssm.ValidationException', 'Got "Text"; accepted are'],
])('a parameter with %s is refused', async (_what, request, error, message) => {
  const refused = await testbed().refusal('putParameter', request);
  expect(refused).toEqual({ error, cause: expect.stringContaining(message) });
});

test('tags cannot come with an overwrite', async () => {
  const { call, refusal } = testbed();
  await call('putParameter', text('a'));
  const refused = await refusal('putParameter', text('b', { Overwrite: true, Tags: [{ Key: 'k', Value: 'v' }] }));
  expect(refused.cause).toContain("tags and overwrite can't be used together");
});

test('a missing parameter is an error to GetParameter, which has no text of its own, and an answer to GetParameters', async () => {
  const { call, refusal } = testbed();
  expect(await refusal('getParameter', { Name: '/x' })).toEqual({
    error: 'Ssm.ParameterNotFoundException',
    cause: 'Service returned error code ParameterNotFound',
  });
  await call('putParameter', text('a'));
  expect((await refusal('getParameter', { Name: '/cutover/journal:7' })).error).toBe(
    'Ssm.ParameterVersionNotFoundException',
  );
  expect(await call('getParameters', { Names: ['/cutover/journal', '/x'] })).toMatchObject({
    Parameters: [{ Value: 'a' }],
    InvalidParameters: ['/x'],
  });
});

test('deleting a missing parameter is an error to DeleteParameter, and an answer to DeleteParameters', async () => {
  const { call, refusal } = testbed();
  await call('putParameter', text('a'));
  expect(await call('deleteParameters', { Names: ['/cutover/journal', '/x'] })).toEqual({
    DeletedParameters: ['/cutover/journal'],
    InvalidParameters: ['/x'],
  });
  expect((await refusal('deleteParameter', { Name: '/cutover/journal' })).error).toBe('Ssm.ParameterNotFoundException');
});

test('lists of names hold ten different ones', async () => {
  const { refusal } = testbed();
  const eleven = Array.from({ length: 11 }, (_, index) => `/p${index}`);
  expect((await refusal('getParameters', { Names: eleven })).error).toBe('Ssm.ValidationException');
  expect((await refusal('deleteParameters', { Names: [] })).error).toBe('Ssm.ValidationException');
  expect((await refusal('getParameters', { Names: ['/a', '/a'] })).error).toBe('Ssm.ValidationException');
});

test('a SecureString is read only when asked to be decrypted', async () => {
  const { call } = testbed();
  await call('putParameter', text('secret', { Type: 'SecureString' }));
  const read = async (WithDecryption: boolean) =>
    ((await call('getParameter', { Name: '/cutover/journal', WithDecryption })) as { Parameter: { Value: string } })
      .Parameter.Value;
  expect(await read(true)).toBe('secret');
  expect(await read(false)).not.toContain('secret');
});

test('every name of a list must be allowed', async () => {
  const principal = allowing({
    Effect: 'Allow',
    Action: 'ssm:GetParameters',
    Resource: 'arn:aws:ssm:eu-west-1:111122223333:parameter/cutover/*',
  });
  const { call, refusal } = testbed();
  await call('getParameters', { Names: ['/cutover/a'] }, { principal });
  expect(await refusal('getParameters', { Names: ['/cutover/a', '/other'] }, { principal })).toEqual({
    error: 'Ssm.SsmException',
    cause: expect.stringContaining('ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:111122223333:parameter/other'),
  });
});

test('values, which may be secret, stay out of the journal', async () => {
  const { call, plane } = testbed();
  await call('putParameter', text('hunter2', { Type: 'SecureString' }));
  expect(JSON.stringify(plane.journal.entries)).not.toContain('hunter2');
  expect(plane.journal.entries).toMatchObject([
    { action: 'putParameter', outcome: 'ok', input: { Name: '/cutover/journal' } },
  ]);
});
