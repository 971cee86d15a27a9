import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { asType, CONSISTENCIES, chosen, evaluated, rendered } from '../rendered';
import { afterFailureOf, reachable, stateOf, straightOn, successorsOf } from './definition-walk';
import { AFTERWARDS, UNDOS, undosFrom, WAY_OUT } from './undos';

afterAll(removeTemporaryFolders);

describe.each(CONSISTENCIES)('at %s', (consistency) => {
  const machine = rendered(consistency);
  const { States: states } = machine;
  const phases = Object.entries(UNDOS[consistency]);
  /** What a phase looks at, notes and does. */
  const statesOf = (phase: string) =>
    [`Save the state before ${phase}`, `Journal: ${phase} begins`, phase].filter((name) => states[name]);
  const forwardStates = phases.flatMap(([phase, undos]) =>
    statesOf(phase).map((name): [string, readonly string[]] => [name, undos]),
  );

  test.each(forwardStates)(`a failure of '%s' runs %j, and ends in Cutover rolled back`, async (name, undos) => {
    const caught = afterFailureOf(stateOf(states, name));
    expect(undosFrom(machine, caught)).toEqual(undos);
    expect(straightOn(states, String(caught)).slice(-WAY_OUT.length)).toEqual(WAY_OUT);

    const { Assign } = asType(states['Everything is restored'], 'Pass');
    const outcome = await evaluated(Assign?.outcome, { goal: 'cutover' });
    expect(await chosen(stateOf(states, 'How did the execution end?'), { outcome })).toBe('Cutover rolled back');
  });

  test('the phases have no other states that can fail', () => {
    const known = [...AFTERWARDS[consistency], ...phases.map(([phase]) => phase)].flatMap(statesOf);
    const path = reachable(states, 'Journal: Preflight begins', [
      'All clients have moved',
      'Ready for the cutover',
      'Start rollback',
    ]);
    const failing = path.filter((name) => ['Task', 'Parallel', 'Map'].includes(stateOf(states, name).Type));
    expect(failing.sort()).toEqual(known.sort());
  });

  test('every phase is journalled before it begins, with what was found before', async () => {
    for (const phase of [...AFTERWARDS[consistency], ...phases.map(([name]) => name)]) {
      const before = Object.entries(states).filter(([, state]) => successorsOf(state).includes(phase));
      expect(before.map(([name]) => name)).toEqual([`Journal: ${phase} begins`]);
      const { Resource, Arguments } = asType(states[`Journal: ${phase} begins`], 'Task');
      expect(Resource).toBe('arn:aws:states:::aws-sdk:ssm:putParameter');
      expect(Arguments).toMatchObject({ Name: '/cdk-cutover/sessions/journal', Overwrite: true });
      const written = await evaluated((Arguments as { Value: string }).Value, {
        journal: { phase: 'settled', ingress: { blue: ['sgr-1'] }, workloads: { watcher: { desired: 2 } } },
        from: { side: 'blue' },
        to: { side: 'green' },
        states: { context: { Execution: { Id: 'me' } } },
      });
      // Which way is copied, and what was carried back, is noted by what does it.
      const { following: _, carried: __, conflicts: ___, ...noted } = JSON.parse(String(written));
      expect(noted).toEqual({
        phase,
        from: 'blue',
        to: 'green',
        execution: 'me',
        // How the workloads were is in parameters of its own.
        ingress: { blue: ['sgr-1'] },
      });
    }
  });

  test('every undo is retried for long, and neither one that never works nor its note keeps the next from being tried', () => {
    const undos = Object.keys(states).filter((name) => name.startsWith('Undo '));
    expect(undos.sort()).toEqual([...new Set(phases.flatMap(([, each]) => each.map((name) => `Undo ${name}`)))].sort());
    for (const name of undos) {
      const undo = asType(states[name], 'Parallel');
      expect(undo.Retry).toEqual([
        expect.objectContaining({ ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 }),
        expect.objectContaining({ ErrorEquals: ['States.ALL'], MaxAttempts: 30 }),
      ]);
      const [note = ''] = successorsOf(undo);
      const [next = ''] = successorsOf(stateOf(states, note));
      expect(afterFailureOf(stateOf(states, note))).toBe(next);
      const { stays, letsIn } = letInAfter(name.replace('Undo ', ''));
      expect(afterFailureOf(undo)).toBe(letsIn ?? next);
      if (letsIn === undefined) continue;
      expect(straightOn(states, letsIn).slice(0, stays.length + 2)).toEqual([letsIn, ...stays, next]);
    }
    expect(straightOn(states, 'Read the active side now').at(-1)).toBe('Was the execution redriven?');
    const tell = 'Tell EventBridge that a recovery is needed';
    expect(stateOf(states, 'Was the execution redriven?')).toMatchObject({ Default: tell });
    expect(straightOn(states, tell).at(-1)).toBe('RecoveryNeeded');
    expect(stateOf(states, 'RecoveryNeeded').Type).toBe('Fail');
  });

  test('a last write of the journal that is refused for good ends with who serves, and is left to a recovery', () => {
    const close = stateOf(states, 'Close the journal');
    expect(afterFailureOf(close)).toBe('Read the active side now');
    const tell = 'Tell EventBridge how the execution ended';
    expect(successorsOf(close)).toEqual([tell]);
    expect(straightOn(states, tell).at(-1)).toBe('How did the execution end?');
  });

  /** Where clients are let in that an undo may have shut out, and where it is noted that they stay. */
  function letInAfter(name: string): { readonly stays: readonly string[]; readonly letsIn?: string } {
    const shuts = { COLD: [], LIVE: ['Switch', 'Fence', 'Drain'], FENCED: ['Switch'] }[consistency] as string[];
    if (!shuts.includes(name)) return { stays: [] };
    const letsIn = 'Let clients in on their current side';
    return {
      stays: consistency === 'LIVE' ? [`Note that clients stay: ${name} is not undone`] : [],
      letsIn: name === 'Switch' ? letsIn : `${letsIn}: ${name} is not undone`,
    };
  }

  test('an alarm in Watch sends clients back through the same phases, to Cutover rolled back', async () => {
    expect(successorsOf(stateOf(states, 'Watch'))).toEqual(['Did an alarm go off?']);
    const judge = (alarms: string[]) =>
      chosen(stateOf(states, 'Did an alarm go off?'), { states: { input: { alarms } } });
    expect(await judge([])).toBe('All clients have moved');
    expect(await judge(['LoginErrors'])).toBe('Start rollback');

    const rollback = reachable(states, 'Start rollback', ['All clients have moved']);
    for (const [phase] of phases.filter(([name]) => name !== 'Preflight')) {
      // Nobody tries out a return, and nobody approves one.
      const isLeftOut = ['Canary', 'Approve', 'Settle'].includes(phase);
      expect([phase, await leavesOut(phase)]).toEqual([phase, isLeftOut]);
      expect([phase, isLeftOut || rollback.includes(phase)]).toEqual([phase, true]);
    }
    const { Assign } = asType(states['All clients have moved'], 'Pass');
    expect(await evaluated(Assign?.outcome, { goal: 'return' })).toBe('rolledBack');
  });

  /** Whether clients who go back go past a phase. */
  async function leavesOut(phase: string): Promise<boolean> {
    const gate = states[`Is ${phase} for this direction?`];
    return gate !== undefined && (await chosen(gate, { goal: 'return' })) === successorsOf(stateOf(states, phase))[0];
  }

  test('what ends the replication in a rollback is for that way only, and is left to the operator if it fails', async () => {
    if (!AFTERWARDS[consistency].includes('End')) return expect(states.End).toBeUndefined();
    for (const name of ['End', 'Journal: End begins'])
      expect(afterFailureOf(stateOf(states, name))).toBe('Read the active side now');
    const gate = stateOf(states, 'Is End for this direction?');
    expect(await chosen(gate, { to: { side: 'green' } })).toBe('Is Watch for this direction?');
    expect(await chosen(gate, { to: { side: 'blue' } })).toBe('Journal: End begins');
  });

  test('a watch that fails leaves clients where they are well, and says so', async () => {
    for (const name of ['Watch', 'Journal: Watch begins']) {
      expect(afterFailureOf(stateOf(states, name))).toBe('End the watch');
    }
    const { Assign } = asType(states['End the watch'], 'Pass');
    expect(await chosen(stateOf(states, 'How did the execution end?'), { outcome: Assign?.outcome })).toBe(
      'Cut over, monitoring incomplete',
    );
  });
});
