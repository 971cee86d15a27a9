import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { removeTemporaryFolders, temporaryFolder } from '../rehearsal/assembly/written-assembly';
import { expectAslValidator } from '../rehearsal/states-language/harness';
import { EXAMPLES, exampleApp, HOSTS, synthesized } from './example-under-test';

afterAll(removeTemporaryFolders);

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { readonly ruleName: string; readonly description: string }[];
  }[];
}

/** What the CDK's own CloudFormation validator finds, which the other suites leave out because it takes seconds. */
function validatorFindings(app: App): string[] {
  process.env.CDK_VALIDATION = 'true';
  const printed = jest.spyOn(console, 'error').mockImplementation();
  try {
    const { directory } = app.synth();
    const report: Report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
    return report.pluginReports.flatMap(({ pluginName, violations }) =>
      violations.map(({ ruleName, description }) => `${pluginName}: ${ruleName} ${description}`),
    );
  } finally {
    printed.mockRestore();
    process.env.CDK_VALIDATION = 'false';
  }
}

/**
 * Of the 1,000,000 that CloudFormation takes: a service stack has more in it than an example, and more workloads.
 *
 * @see docs/aws-facts.md#cloudformation-template-size
 */
const MAX_TEMPLATE_BYTES = 900_000;

describe.each([...EXAMPLES, ...HOSTS])('%s', (name) => {
  const app = exampleApp(name);
  const { directory } = app.synth();

  test('leaves room in its templates', () => {
    const templates = readdirSync(directory).filter((file) => file.endsWith('.template.json'));
    const sizes = templates.map((file) => statSync(join(directory, file)).size);
    expect(Math.max(...sizes)).toBeLessThan(MAX_TEMPLATE_BYTES);
  });

  test('has nothing that cdk-nag finds and nobody has acknowledged', () => {
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  test('has a reason for everything that is acknowledged', () => {
    const acknowledged = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === 'aws:cdk:acknowledged-rules'))
      .flatMap(({ data }) => Object.entries(data as Record<string, string>));
    expect(acknowledged.length).toBeGreaterThan(HOSTS.includes(name) ? 5 : 10);
    for (const [rule, reason] of acknowledged) {
      expect(reason).toMatch(/^\S.{20,}\.$/);
      if (rule.includes('IAM5')) expect(rule).toContain('*');
    }
  });

  test('has nothing that CloudFormation’s validator finds', () => {
    expect(validatorFindings(exampleApp(name))).toEqual([]);
  });
});

test.each(EXAMPLES)('%s has a definition that asl-validator takes, with its references resolved', (name) => {
  for (const { definition } of synthesized(name).assembly.stateMachines()) expectAslValidator(definition, true);
});

test('CloudFormation’s validator finds what is wrong', () => {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Wrong');
  new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties: { DelaySeconds: 'later', Colour: 'blue' } });
  expect(validatorFindings(app)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^CloudFormation Validate: .*Colour/)]),
  );
});
