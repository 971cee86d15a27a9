import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { BatchSource } from '../../../../lib';
import { BATCH_MANIFEST } from '../../../../lib/batch/migration/batch-host-migration';
import { loadAssembly } from '../../../../rehearsal/assembly';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { BLUE, migrationOf } from './migration-of-jobs';

afterAll(removeTemporaryFolders);

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: object;
}

/** Statements of all policies that allow the action. */
function allowing(template: Template, action: string): Statement[] {
  return Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
    .filter(({ Action }) => [Action].flat().includes(action));
}

test('the state machine of jobs sends its two documents to the two hosts, and nothing to others', () => {
  const { stack } = migrationOf();
  const sent = allowing(Template.fromStack(stack), 'ssm:SendCommand').flatMap(({ Resource }) => [Resource].flat());
  const text = [...new Set(sent.map((resource) => JSON.stringify(resource)))];
  expect(text.filter((arn) => arn.includes(':document/'))).toHaveLength(2);
  expect(text.filter((arn) => arn.includes(':instance/'))).toHaveLength(2);
  expect(text).toHaveLength(4);
  expect(text.some((arn) => arn.includes(BLUE))).toBe(true);
});

test('a server with a hybrid activation is named as one, and tags are a condition', () => {
  const named = (blue: BatchSource) => {
    const { stack } = migrationOf(undefined, undefined, { blue });
    return JSON.stringify(allowing(Template.fromStack(stack), 'ssm:SendCommand'));
  };
  expect(named(BatchSource.instance('mi-0123456789abcdef0'))).toContain(':managed-instance/mi-0123456789abcdef0');
  expect(named(BatchSource.tagged({ role: 'batch' }))).toContain('{"StringEquals":{"ssm:resourceTag/role":"batch"}}');
});

test('an operator starts executions, and sends no command', () => {
  const { stack, migration } = migrationOf();
  migration.grantOperate(Role.fromRoleArn(stack, 'Operators', 'arn:aws:iam::111122223333:role/operators'));
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const [, operate] = policies.find(([id]) => id.includes('Operate')) ?? [];
  const actions = operate?.Properties.PolicyDocument.Statement.flatMap(({ Action }: Statement) => Action);
  expect(actions).toContain('states:StartExecution');
  expect(actions.filter((action: string) => /^ssm:(Send|Put|Delete)/.test(action))).toEqual([]);
});

test('a document takes its arguments by the environment, and fits into what Systems Manager takes', () => {
  const { surroundings } = migrationOf();
  const documents = loadAssembly(surroundings.app.synth().directory)
    .resources('AWS::SSM::Document')
    .filter(({ logicalId }) => logicalId.startsWith('MigrationDocuments'));
  expect(documents).toHaveLength(2);
  for (const document of documents) {
    const content = JSON.stringify(document.property('Content'));
    expect(Buffer.byteLength(content)).toBeLessThan(64 * 1024);
    // Systems Manager takes what stands in double braces for a parameter.
    expect(content.match(/\{\{[^}]*\}\}/g)).toEqual(['{{ arguments }}']);
  }
});

test('the manifest names what the migration consists of', () => {
  const { surroundings, host } = migrationOf();
  const assembly = loadAssembly(surroundings.app.synth().directory);
  const found = assembly
    .resources('AWS::StepFunctions::StateMachine')
    .flatMap((machine) => machine.metadata(BATCH_MANIFEST) ?? []);
  expect(found).toMatchObject([
    {
      version: 1,
      migration: 'shop',
      blue: { instance: BLUE },
      green: { hostName: host.hostName },
      journals: '/cdk-cutover/shop/jobs',
      jobs: [{ name: 'orders', decision: 'moved', file: '/etc/cron.d/shop', user: 'root', provedBy: 1 }],
    },
  ]);
});

test('cdk-nag has no finding that is not answered', () => {
  const { stack, migration } = migrationOf();
  const { violations } = new AwsSolutionsChecks(stack).validateScope(migration);
  expect(violations.map(({ ruleName, description }) => `${ruleName}: ${description}`)).toEqual([]);
});

// A number of what stood before them would have them replaced whenever a state is added.
test('the roles of what starts the look are named after it', () => {
  const { app, stack } = migrationOf();
  app.synth();
  const roles = Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  const ofLook = roles.filter((id) => /^MigrationLook/.test(id)).map((id) => id.slice(0, -8));
  expect(ofLook.sort()).toEqual(['MigrationLookInterruptedRole', 'MigrationLookRole', 'MigrationLookScheduleRole']);
});
