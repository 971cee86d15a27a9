import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { CacheConsistency, Workload } from '../../lib';
import { Surroundings } from '../lib/migration-under-test';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { exampleApp, synthesized } from './example-under-test';

afterAll(removeTemporaryFolders);

const CDK = join(__dirname, '../../node_modules/aws-cdk/bin/cdk');

/** What a reviewer reads. */
function diff(stack: string, before: string, after: string): string {
  const template = join(before, `${stack}.template.json`);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [CDK, 'diff', stack, '--app', after, '--template', template, '--no-color', '--no-notices'],
    { encoding: 'utf8', env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' } },
  );
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const text = `${stdout}\n${stderr}`;
  return text.slice(text.indexOf(`Stack ${stack}`));
}

function migrationWith(ttl: number): string {
  const surroundings = new Surroundings();
  const record = { zone: surroundings.zone, recordName: 'sessions', ttl: Duration.seconds(ttl) };
  surroundings.migrateInFull(CacheConsistency.FENCED, { record });
  return surroundings.app.synth().directory;
}

/** With a phase more than without. */
function migrationThatAsks(asks: boolean): string {
  const surroundings = new Surroundings();
  const workloads = [Workload.ecsService({ service: surroundings.service('orders') })];
  surroundings.migrate({ workloads, ...(asks && { approval: surroundings.topic() }) });
  return surroundings.app.synth().directory;
}

test('a migration that is added shows as that, and as nothing else', () => {
  const before = synthesized('pure-cache', false).directory;
  const first = diff('PureCache', before, synthesized('pure-cache').directory);
  const changes = first.match(/^\[[-+~]\] AWS::.*|^\[[-+~]\] Custom::.*/gm) ?? [];
  expect(changes.length).toBeGreaterThan(30);
  expect(changes.filter((line) => !line.startsWith('[+]'))).toEqual([]);
  expect(first).toContain('[+] Custom::CutoverRecord Catalogue/Record/Resource');
  expect(first).not.toMatch(/replace|destroy|CDKMetadata/i);

  // The same sources give the same diff, down to the hash of every program that is shipped.
  expect(diff('PureCache', before, exampleApp('pure-cache').synth().directory)).toBe(first);
});

test('another TTL shows as a few lines of the definition, not as all of it', () => {
  const shown = diff('Shop', migrationWith(5), migrationWith(10));
  expect(shown.match(/^\[.\] (AWS|Custom)::\S+/gm)).toEqual([
    '[~] Custom::CutoverRecord',
    '[~] AWS::SSM::Parameter',
    '[~] AWS::StepFunctions::StateMachine',
  ]);
  const lines = shown.split('\n').map((line) => line.replace(/^[\s│]+/, '').trimEnd());
  expect(lines.filter((line) => line.startsWith('[-]')).sort()).toEqual([
    ...Array.from({ length: 4 }, () => '[-] "      \\"Ttl\\": 5,",'),
    '[-] " \\"Seconds\\": \\"{% ($states.context.Execution.RedriveCount > 0) = true ? 0 : 5 %}\\",",',
    '[-] " \\"recordTtlSeconds\\": 5,",',
    '[-] "ttlSeconds": 5,',
  ]);
  expect(lines.length).toBeLessThan(100);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200);
});

test('a phase that is added shows its own states, and hardly a line of the others', () => {
  const shown = diff('Shop', migrationThatAsks(false), migrationThatAsks(true));
  const definition = shown.slice(shown.indexOf('[~] AWS::StepFunctions::StateMachine')).split('\n');
  // A state that is new as a whole stands indented, as the join of its own that it is.
  const [added, removed] = [/^[\s│]*\[\+\] +"/, /^[\s│]*\[-\] +"/].map((sign) =>
    definition.filter((line) => sign.test(line)),
  );
  expect(added?.join()).toContain('Wait for the approval');
  expect(added?.length).toBeGreaterThan(100);
  expect(removed?.length).toBeLessThan(20);
});

test('the same migration twice shows no differences', () => {
  expect(diff('Shop', migrationWith(5), migrationWith(5))).toContain('There were no differences');
});
