import { renderMarkdown } from '../../../rehearsal/runbook/markdown';
import { type Runbook, readRunbook, runbookOf } from '../../../rehearsal/runbook/runbook';
import { synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders, temporaryFolder } from '../assembly/written-assembly';

afterAll(removeTemporaryFolders);

let read: Runbook;
let page: string;
beforeAll(async () => {
  read = await runbookOf(synthesized('maintenance-night').assembly);
  page = renderMarkdown(read);
});

test('phases come in the order in which clients are moved, each with its rollback', () => {
  const names = 'Preflight Replicate Approve Settle Quiesce Fence Drain Verify Reverse Switch Evict Check Resume End';
  expect(read.phases.map(({ name }) => name)).toEqual([...names.split(' '), 'Check the return', 'Watch']);
  expect(page).toContain(
    '| 8 | Verify | Compares the keys that changed since everything was compared. | Undo Fence → Undo Quiesce → Undo Replicate → Everything is restored |',
  );
  expect(page).toContain('| 14 | End (rollback only) |');
  expect(page).toContain('| End the watch |');
  expect(page).toMatch(/\| Check the return \(rollback only\) \|[^|]*\| told in the result \|/);
});

test('every workload is in its stage, with whom to call and what to know', () => {
  expect(read.stages.map((stage) => stage.length)).toEqual([50, 22, 13]);
  expect(page).toContain('### Stage 3: 13 workloads');
  expect(page).toContain(
    '| label-printer | ECS service | logistics (#team-logistics) | Warehouses work until 22:00; the label printers must have an empty queue. |',
  );
});

test('every check is there with whom to call, and with how a person answers it', async () => {
  expect(page).toContain('| probes of all teams | HTTP request | platform team | 2 | 30 s |');
  const asked = await runbookOf(synthesized('shared-cache').assembly);
  const commands = renderMarkdown(asked);
  expect(commands).toContain(`\`cutover confirm ${asked.migration} "a person has logged in" --no WHY\``);
  expect(commands).toMatch(
    /### With clients\n\n[^#]*\| a person has logged in \| confirmation \| shop team \| 1 \| 1,800 s \| Log in with/,
  );
});

test('it says how to start, approve, go back and recover', () => {
  for (const command of ['start', 'approve', 'reject', 'status'])
    expect(page).toContain(`\`cutover ${command} ${read.migration}`);
  for (const action of ['preflight', 'cutover', 'rollback', 'recover', 'retire'])
    expect(page).toContain(` ${action}\``);
});

test('it says what it takes, and what the limits are', () => {
  const { transitions, watch, dollars } = read.estimate;
  expect(watch.looks).toBe(89);
  expect(dollars).toBeCloseTo((transitions + 3 * 89) * 0.000025);
  expect(page).toMatch(/\| events of the history \| [\d,]+ \| [\d,]+ \| 25,000 \|/);
  expect(page).toMatch(/\| largest payload, bytes \| [\d,]+ \| {2}\| 262,144 \|/);
});

test('where there is no workload there is no journal of them, rather than one of 0 bytes', () => {
  const without = renderMarkdown({ ...read, estimate: { ...read.estimate, largestParameterBytes: 0 } });
  expect(without).toContain('| largest parameter in which workloads are journaled, bytes | none: no workloads |');
});

test('a note keeps to its cell, whatever is in it', () => {
  const note = 'first | second\nthird';
  expect(renderMarkdown({ ...read, stages: [[{ id: 'a', kind: 'command', note }]] })).toContain(
    '| a | command | – | first \\| second third |',
  );
});

test.each([
  ['<script>alert(1)</script>', '\\<script\\>alert(1)\\</script\\>'],
  ['[click](javascript:alert(1))', '\\[click\\](javascript:alert(1))'],
  ['a\\| b', 'a\\\\\\| b'],
  ['`</td>`', '\\`\\</td\\>\\`'],
  ['\u001b]0;title\u0007\u001b[2Jcleared', 'cleared'],
  ['&lt;b&gt; *bold* ~~gone~~', '\\&lt;b\\&gt; \\*bold\\* \\~\\~gone\\~\\~'],
])('a note of %j is shown as it was written', (note, shown) => {
  const page = renderMarkdown({ ...read, stages: [[{ id: 'a', kind: 'command', note }]] });
  expect(page).toContain(`| a | command | – | ${shown} |`);
});

test('a name with a backtick or a bar stays in its span of code', () => {
  const page = renderMarkdown({ ...read, blue: 'a`b|c' });
  expect(page).toContain('| from (blue) | `` a`b\\|c `` |');
});

test('a migration without a rollback, approval or workloads promises none', () => {
  const bare = renderMarkdown({ ...read, canRollBack: false, asksForApproval: false, stages: [], alarms: [] });
  expect(bare).not.toMatch(/cutover (approve|start \S+ back)/);
  expect(bare).toContain('None is stopped.');
  expect(bare).toContain('nothing moves clients back by itself');
});

test('a folder without a synthesized app is refused, saying what to do', async () => {
  await expect(readRunbook(temporaryFolder())).rejects.toThrow(/has no manifest\.json\. Run "cdk synth"/);
});
