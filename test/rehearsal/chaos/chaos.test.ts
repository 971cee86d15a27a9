import { type ChaosRun, chaos, planRuns, type Subject } from '../../../rehearsal/chaos/chaos';
import { chaosJson, runLines, summaryLines } from '../../../rehearsal/chaos/report';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { synthesized } from '../../examples/example-under-test';
import { removeTemporaryFolders } from '../assembly/written-assembly';
import { fencedCutover } from '../report/samples/fenced-cutover';

jest.setTimeout(120_000);
afterAll(removeTemporaryFolders);

const SUBJECTS: readonly Subject[] = ['pure-cache', 'shared-cache'].map((name) => ({
  name,
  assembly: synthesized(name).directory,
  options: ['--example', name],
}));

const BROKEN: RehearsalResult = {
  ...fencedCutover.result,
  ok: false,
  reason: 'Fence: Agent.WritesContinue: Writes go on.',
  invariants: { checked: 8, violations: [{ invariant: 2, what: '3 times two held one lock.' }] },
};

/** @param resultOf - of the run with that number */
function perform(
  resultOf: (number: number) => RehearsalResult | Error,
  options: Partial<Parameters<typeof chaos>[0]> = {},
) {
  const given: (readonly string[])[] = [];
  const told: ChaosRun[] = [];
  const runs = chaos({
    subjects: SUBJECTS,
    runs: 6,
    seed: 'a',
    parallel: 1,
    settings: ['--hurry'],
    keepGoing: false,
    rehearse: async (rehearsal) => {
      given.push(rehearsal);
      const result = resultOf(given.length);
      if (result instanceof Error) throw result;
      return result;
    },
    onRun: (run) => told.push(run),
    signal: new AbortController().signal,
    ...options,
  });
  return { runs, given, told };
}

test('migrations take turns, and each run is told as it ends', async () => {
  const { runs, given, told } = perform(() => fencedCutover.result);
  expect((await runs).map(({ subject }) => subject)).toEqual(Array(3).fill(['pure-cache', 'shared-cache']).flat());
  expect(told).toEqual(await runs);
  expect(told.every(({ outcome }) => outcome === 'done as asked')).toBe(true);
  expect(given.map(([, folder]) => folder)).toEqual(told.map((_, index) => SUBJECTS[index % 2]?.assembly));
});

test('what is repeated is what was performed, with the example by its name', async () => {
  const { runs, given } = perform(() => fencedCutover.result);
  const [first] = await runs;
  expect(first?.repeat).toEqual(['--example', 'pure-cache', ...(given[0]?.slice(2) ?? [])]);
  expect(first?.repeat).toEqual(expect.arrayContaining(['--seed', 'a-1', '--hurry', '--fault']));
});

test('a run is the same however many there are, and whichever run at a time', async () => {
  const few = await planRuns({ subjects: SUBJECTS, runs: 2, seed: 'a', settings: [] });
  const many = await planRuns({ subjects: SUBJECTS, runs: 20, seed: 'a', settings: [] });
  expect(many.slice(0, 2)).toEqual(few);
  expect(await planRuns({ subjects: SUBJECTS, runs: 4, first: 8, seed: 'a', settings: [] })).toEqual(many.slice(7, 11));
  expect(await planRuns({ subjects: SUBJECTS, runs: 2, seed: 'b', settings: [] })).not.toEqual(few);
});

test('a violation ends it, with the command that repeats it', async () => {
  const { runs, told } = perform((number) => (number === 2 ? BROKEN : fencedCutover.result));
  expect((await runs).map(({ outcome }) => outcome)).toEqual(['done as asked', 'violation']);
  const [, broken] = told;
  if (broken === undefined) throw new Error('There is no second run.');
  const lines = runLines(broken, 6);
  expect(lines[0]).toMatch(/^2\/6 {2}shared-cache .*VIOLATION/);
  expect(lines.join('\n')).toContain('Invariant 2: 3 times two held one lock.');
  expect(lines.join('\n')).toContain('It said: Fence: Agent.WritesContinue: Writes go on.');
  expect(lines.at(-1)).toMatch(
    /Repeat: cutover rehearse --example shared-cache --action \w+ --seed a-2 --hurry (--stale-reads )?--fault /,
  );
});

test('a rehearsal that fails by itself is no violation, and not well either', async () => {
  const { runs } = perform(() => new Error('No port is free.'));
  expect(await runs).toMatchObject([{ outcome: 'not performed', violations: ['No port is free.'] }]);
});

test('with keepGoing all are performed', async () => {
  const { runs } = perform(() => BROKEN, { keepGoing: true, parallel: 3 });
  expect((await runs).map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what is interrupted counts for nothing', async () => {
  const ending = new AbortController();
  const { runs, given } = perform(
    (number) => {
      if (number === 2) ending.abort();
      return fencedCutover.result;
    },
    { signal: ending.signal },
  );
  expect(await runs).toHaveLength(1);
  expect(given).toHaveLength(2);
});

test('an execution that ends without an invariant broken, and not as it should, is one as well', async () => {
  const executions = [{ action: 'cutover', status: 'FAILED', error: 'RecoveryNeeded', afterFix: false }];
  const { runs } = perform(() => ({ ...fencedCutover.result, ok: false, executions }));
  expect(await runs).toMatchObject([
    { outcome: 'violation', violations: ['It did not end as it should: cutover FAILED RecoveryNeeded.'] },
  ]);
});

test('of no run nothing is said to have held', () => {
  expect(summaryLines([], { seed: 'a', asked: 6, durationMs: 10 })).toEqual(['', 'None of 6 runs has ended, seed a.']);
});

test('the summary counts outcomes by migration, and what was drawn and injected', async () => {
  const faults = [{ fault: 'Drain:denied@rollback', injectedMs: 4 }, { fault: 'Fence:abort' }];
  const { runs } = perform((number) => ({ ...(number === 6 ? BROKEN : fencedCutover.result), faults }), {
    keepGoing: true,
  });
  const lines = summaryLines(await runs, { seed: 'a', asked: 6, durationMs: 61_000 });
  expect(lines).toEqual([
    '',
    '               pure-cache  shared-cache  all',
    'done as asked           3             2    5',
    'violation               0             1    1',
    '',
    'fault   drawn  injected',
    'abort       6         0',
    'denied      6         6',
    '',
    '6 runs, seed a, 1 min 1 s. 1 run did not go well.',
  ]);
  const json = JSON.parse(chaosJson(await runs, 'a'));
  expect(json.seed).toBe('a');
  expect(json.runs).toHaveLength(6);
  expect(json.runs[5]).toMatchObject({
    number: 6,
    outcome: 'violation',
    faults,
    repeat: expect.stringMatching(/^cutover rehearse /),
  });
});
