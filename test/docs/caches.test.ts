import { aws_ec2 as ec2, Size, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as caches from '../../lib/elasticache';
import { newStack } from '../lib/elasticache/stack-under-test';
import { ownSnippetsIn } from './pages';

const SNIPPETS = ownSnippetsIn('docs/caches.md');
const RESULTS = SNIPPETS.flatMap((snippet) =>
  [...snippet.matchAll(/^(.*); \/\/ (cache\.\S+)\n$/gs)].map(([, expression, result]) => [result, expression]),
);

/** Runs a snippet as the constructor of a stack would. */
function run(snippet: string) {
  const { stack, vpc } = newStack();
  const scope: Record<string, unknown> = {
    ...caches,
    Size,
    ec2,
    vpc,
    application: new ec2.SecurityGroup(stack, 'Application', { vpc }),
    secret: secretsmanager.Secret.fromSecretNameV2(stack, 'Token', 'sessions/token'),
  };
  const value: unknown = new Function(...Object.keys(scope), snippet).apply(stack, Object.values(scope));
  return { stack, value };
}

describe('the page', () => {
  test.each(SNIPPETS.map((snippet) => [snippet.split('\n')[0], snippet]))('synthesizes: %s …', (_, snippet) => {
    Template.fromStack(run(snippet).stack);
  });

  test('tells two results', () => {
    expect(RESULTS).toHaveLength(2);
  });

  test.each(RESULTS)('is right about %s', (result, expression) => {
    expect(run(`return ${expression}`).value).toBe(result);
  });

  test('shows the group after the migration as the same resource as before', () => {
    const before = SNIPPETS.find((snippet) => snippet.includes('replaces: blue')) ?? '';
    const after = SNIPPETS.find((snippet) => snippet.includes("'Sessions8'") && snippet !== before) ?? '';
    const [first, second] = [before, after].map((snippet) =>
      Template.fromStack(run(snippet).stack).findResources('AWS::ElastiCache::ReplicationGroup'),
    );
    expect(Object.keys(first ?? {})).toHaveLength(1);
    expect(second).toEqual(first);
  });
});
