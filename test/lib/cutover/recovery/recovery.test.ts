import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { reachable, stateOf, successorsOf } from '../machine/definition-walk';
import { AFTERWARDS, UNDOS, undosFrom } from '../machine/undos';
import { asType, CONSISTENCIES, chosen, evaluated, rendered } from '../rendered';

afterAll(removeTemporaryFolders);

describe.each(CONSISTENCIES)('at %s, an execution that was ended', (consistency) => {
  const machine = rendered(consistency);
  const { States: states } = machine;
  const phases = Object.entries(UNDOS[consistency]);
  const wayOut = (phase: string) => chosen(stateOf(states, 'Where does the recovery go on?'), { journal: { phase } });

  test.each(phases.filter(([phase]) => phase !== 'Resume'))('in %s is put back by %j', async (phase, undos) => {
    expect(undosFrom(machine, await wayOut(phase))).toEqual(undos);
  });

  test.each(['Resume', ...AFTERWARDS[consistency]])(
    'in %s goes on where clients are: they have moved for good',
    async (phase) => {
      expect(await wayOut(phase)).toBe('Journal: Resume begins');
      expect(reachable(states, 'Journal: Resume begins')).toContain('All clients have moved');
    },
  );

  test('between two undos goes on with the second', async () => {
    const notes = Object.entries(states).filter(([name]) => /^Journal: .* is undone$/.test(name));
    expect(notes).not.toEqual([]);
    for (const [, note] of notes) {
      const written = await evaluated((asType(note, 'Task').Arguments as { Value: string }).Value, {
        journal: { phase: 'any', ingress: {} },
        unfinished: [],
        from: { side: 'blue' },
        to: { side: 'green' },
        states: { input: { left: false } },
      });
      const { phase } = JSON.parse(String(written));
      const [next] = successorsOf(note);
      if (phase === 'settled') expect(next).toBe('Did every undo succeed?');
      else expect(undosFrom(machine, await wayOut(phase))).toEqual(undosFrom(machine, next));
    }
  });

  test('in an unknown phase is left to the operator, with the journal as it is, and what to do', async () => {
    expect(await wayOut('Something else')).toBe('Read the active side now');
    const { Assign } = asType(stateOf(states, 'Where does the recovery go on?'), 'Choice');
    expect(
      await evaluated((Assign as { failure: string }).failure, {
        failure: { phase: 'Something else', error: 'Interrupted' },
        journal: { execution: 'X' },
      }),
    ).toEqual({
      phase: 'Something else',
      error: 'PhaseDropped',
      cause: expect.stringMatching(/^Execution X was ended in this phase, and a deploy has dropped it.*Deploy with it/),
    });
  });
});
