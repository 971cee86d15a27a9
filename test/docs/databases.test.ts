import { Duration, aws_ec2 as ec2, aws_rds as rds, Size, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as databases from '../../lib/aurora';
import { newStack } from '../lib/aurora/database-stack';
import { ownSnippetsIn } from './pages';

const SNIPPETS = ownSnippetsIn('docs/databases.md');
const RESULTS = SNIPPETS.flatMap((snippet) =>
  [...snippet.matchAll(/^(.*); \/\/ (db\.\S+)\n$/gs)].map(([, expression, result]) => [result, expression]),
);

/** Runs a snippet as the constructor of a stack would. */
function run(snippet: string) {
  const { stack, vpc, secret } = newStack();
  const scope: Record<string, unknown> = {
    ...databases,
    Duration,
    Size,
    ec2,
    rds,
    secretsmanager,
    vpc,
    secret,
    application: new ec2.SecurityGroup(stack, 'Application', { vpc }),
  };
  const value: unknown = new Function(...Object.keys(scope), snippet).apply(stack, Object.values(scope));
  return { stack, value };
}

/** The replica and all that it stands on, without whom it lets in. */
function replica(snippet: string): Record<string, { Properties: Record<string, unknown> }> {
  const { Resources } = Template.fromStack(run(snippet).stack).toJSON();
  return Object.fromEntries(Object.entries<never>(Resources).filter(([id]) => /^Shop3(?!.*from)/.test(id)));
}

describe('the page', () => {
  test.each(SNIPPETS.map((snippet) => [snippet.split('\n')[0], snippet]))('synthesizes: %s …', (_, snippet) => {
    Template.fromStack(run(snippet).stack);
  });

  test('tells three results', () => {
    expect(RESULTS).toHaveLength(3);
  });

  test.each(RESULTS)('is right about %s', (result, expression) => {
    expect(run(`return ${expression}`).value).toBe(result);
  });

  test('shows the cluster after the migration as the same resources as before, but for its source', () => {
    const [before, after, ...others] = SNIPPETS.filter((snippet) =>
      snippet.includes("new AuroraReplicaCluster(this, 'Shop3'"),
    ).map(replica);
    expect(others).toEqual([]);
    const cluster = Object.values(before ?? {}).find(({ Properties }) => 'ReplicationSourceIdentifier' in Properties);
    expect(cluster).toBeDefined();
    delete cluster?.Properties.ReplicationSourceIdentifier;
    expect(after).toEqual(before);
  });
});
