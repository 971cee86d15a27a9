import { connect } from '../../../bin/operator/connection';
import { problemOf } from '../../../bin/operator/problem';

test('a Region that is given is asked, whatever the environment says', async () => {
  const { ssm, sfn } = connect({ region: 'eu-west-1' });
  expect(await Promise.all([ssm.config.region(), sfn.config.region()])).toEqual(['eu-west-1', 'eu-west-1']);
});

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each<[Error, RegExp]>([
  [new Error('Region is missing'), /^No Region is stated\. Give --region/],
  [named('CredentialsProviderError', 'Could not load credentials'), /^No credentials were found: Could .*--profile/],
  [named('ExpiredTokenException', 'The security token is expired'), /^AWS rejects .*ExpiredTokenException.*Sign in/],
  [new Error('getaddrinfo ENOTFOUND ssm.eu-west-1.amazonaws.com'), /^ssm\.eu-west-1\.amazonaws\.com is not found/],
])('%s is said in plain words', (error, words) => {
  expect(problemOf(error)).toMatch(words);
});

test('what AWS refuses is told with who names those who may, and what it answers otherwise as it is', () => {
  expect(problemOf(named('AccessDeniedException', 'not authorized'))).toMatch(
    /^not authorized\. .*grantOperate\(role\)/,
  );
  expect(problemOf(named('ThrottlingException', 'Rate exceeded'))).toBe('Rate exceeded');
});
