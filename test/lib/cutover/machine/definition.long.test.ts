import { allStates } from '../../../../rehearsal/states-language/definition/walk';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { expectAslValidator } from '../../../rehearsal/states-language/harness';
import { CONSISTENCIES, rendered } from '../rendered';
import { unassignedReads } from './variables';

afterAll(removeTemporaryFolders);

// Rendering takes the definition as CreateStateMachine would: unique names, ways that lead somewhere, expressions that
// parse, and no inner scope that assigns an outer scope's variable.
describe.each(CONSISTENCIES)('a definition at %s', (consistency) => {
  const machine = rendered(consistency);

  test('is valid by asl-validator', () => {
    expectAslValidator(machine, true);
  });

  test('has a way on at every Choice, whatever it finds', () => {
    const open = [...allStates(machine)].filter(({ state }) => state.Type === 'Choice' && state.Default === undefined);
    expect(open.map(({ name }) => name)).toEqual([]);
  });

  test('assigns every variable before it is read', () => {
    expect(unassignedReads(machine)).toEqual([]);
  });

  test('has no expression with anything before or after it, which would make it text', () => {
    const texts: string[] = [];
    JSON.stringify(machine, (_, value) => {
      if (typeof value === 'string' && /\{%|%\}/.test(value)) texts.push(value);
      return value;
    });
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => !/^\{% .* %\}$/s.test(text))).toEqual([]);
  });

  test('is laid out one field a line', () => {
    const lines = JSON.stringify(machine, undefined, 1).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1000);
  });
});
