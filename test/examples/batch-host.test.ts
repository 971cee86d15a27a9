import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bind } from '../../batch/apply/bind';
import type { BatchDefinitions } from '../../contract/batch';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { synthesized } from './example-under-test';
import { problemsOf, rolesOf } from './service-authorization';

afterAll(removeTemporaryFolders);

const example = synthesized('batch-host');
const { assembly, directory } = example;
const template = example.template('BatchHost');
const assets = readdirSync(directory).filter((name) => existsSync(join(directory, name, 'definitions.json')));
const asset = join(directory, String(assets[0]));

/** As the association brings them to the host, with what the deploy knows. */
function definitions(): BatchDefinitions {
  const [association] = assembly.resources('AWS::SSM::Association');
  const { bindings = [] } = (association?.property('Parameters') ?? {}) as { bindings?: string[] };
  const texts = JSON.parse(Buffer.from(String(bindings[0]), 'base64').toString());
  return bind(JSON.parse(readFileSync(join(asset, 'definitions.json'), 'utf8')), texts) as BatchDefinitions;
}

const typed = (type: string) => Object.entries(template.Resources).filter(([, { Type }]) => Type === type);

test('54 jobs are in the list, of which 36 run, each with its own log group', () => {
  const { jobs } = definitions();
  expect(jobs).toHaveLength(36);
  expect(new Set(jobs.map(({ logGroup }) => logGroup)).size).toBe(36);
  expect(
    readFileSync(join(__dirname, '../../examples/batch-host/retired-jobs.ts'), 'utf8').match(/^ {2}retired\(/gm),
  ).toHaveLength(18);
});

test('every script that a job starts is among the files, and every statement', () => {
  for (const { name, command } of definitions().jobs) {
    const named = command.match(/\b(bin|sql)\/[\w.-]+/g) ?? [];
    expect([name, named.filter((file) => !existsSync(join(asset, 'files', file)))]).toEqual([name, []]);
  }
});

test('a job of the crontab has what stands above its line and in its comment', () => {
  const { jobs } = definitions();
  expect(jobs.find(({ name }) => name === 'report-note')).toMatchObject({
    schedule: '0 9 1 * *',
    user: 'reports',
    owner: 'controlling@shop.example',
    command: 'cat > "$REPORTS/note"',
    standardInput: 'The reports of the month are there.\nQuestions to controlling.\n',
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', REPORTS: '/var/tmp/reports' },
  });
  expect(jobs.find(({ name }) => name === 'report-day')?.command).toBe('bin/report.sh day "$(date -d yesterday +%F)"');
});

test('the host reads its own secrets, asset and lease, writes its own logs, and does nothing else', () => {
  const [host] = rolesOf(assembly).filter(({ trust }) => JSON.stringify(trust).includes('ec2.amazonaws.com'));
  const statements = host?.policies.flatMap((policy) => policy.statements) ?? [];
  const of = (action: string) =>
    statements.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => [Resource].flat());
  expect(new Set(of('secretsmanager:GetSecretValue'))).toEqual(
    new Set(definitions().jobs.flatMap(({ secrets }) => secrets.map(({ arn }) => arn))),
  );
  expect(of('ssm:GetParameter')).toEqual([expect.stringContaining(`:parameter${definitions().leaseParameter}`)]);
  expect(of('s3:GetObject')).toHaveLength(1);
  expect(of('logs:PutLogEvents').length).toBe(1 + 36 + 1 + 1);
  const changes = statements
    .flatMap(({ Action }) => [Action].flat().map(String))
    .filter((action) => /:(Put|Create|Update|Delete)/.test(action));
  expect([...new Set(changes)].sort()).toEqual([
    'ec2messages:DeleteMessage',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'ssm:UpdateAssociationStatus',
    'ssm:UpdateInstanceAssociationStatus',
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
  ]);
});

test('no role has all of a service or a policy of AWS’s own, and each statement is one that AWS knows', async () => {
  const roles = rolesOf(assembly);
  expect(roles.flatMap(({ managedPolicyArns }) => managedPolicyArns)).toEqual([]);
  const statements = roles.flatMap(({ policies }) => policies.flatMap((policy) => policy.statements));
  expect(statements.length).toBeGreaterThan(12);
  const problems = await Promise.all(statements.map((statement) => problemsOf(statement)));
  expect(problems.flat()).toEqual([]);
});

test('policies, parameters and documents have the sizes that AWS takes', () => {
  const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  for (const { policies } of rolesOf(assembly))
    expect(policies.reduce((sum, policy) => sum + size(policy), 0)).toBeLessThan(10_240);
  const [association] = assembly.resources('AWS::SSM::Association');
  const [document] = assembly
    .resources('AWS::SSM::Document')
    .filter((each) => each.property('DocumentType') === 'Command');
  expect(size(association?.property('Parameters')) + size(document?.property('Content'))).toBeLessThan(64 * 1024);
});

// Another id is another resource: CloudFormation would make a second host and a second ledger.
test('what holds state keeps its logical ids, and outlives its stack', () => {
  const ids = (type: string) => typed(type).map(([id]) => id);
  expect(ids('AWS::EC2::Instance')).toEqual(['BatchInstance71CC66F0']);
  expect(ids('AWS::SSM::Parameter')).toEqual(['BatchLeaseEF7A92F3']);
  expect(ids('AWS::Backup::BackupVault')).toEqual(['BatchBackupVaultC7924A34']);
  for (const [id, { DeletionPolicy }] of [...typed('AWS::Logs::LogGroup'), ...typed('AWS::Backup::BackupVault')]) {
    expect([id, DeletionPolicy]).toEqual([id, 'Retain']);
  }
});
