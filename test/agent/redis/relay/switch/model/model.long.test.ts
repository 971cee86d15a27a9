import { type Explored, explore } from './explore';
import { MUTANTS, RULES, type Rules } from './rules';
import type { Bounds, World } from './world';

// More than a million states take minutes of a processor.
jest.setTimeout(1_800_000);

/** There and back with two faults; one attempt with three. With fewer states the model has lost some of what may go wrong. */
const EXPLORED: readonly (readonly [Bounds, number])[] = [
  [{ faults: 2, epochs: 3 }, 1_000_000],
  [{ faults: 3, epochs: 2 }, 1_000_000],
];
/** Where a mutant is looked for, the smallest first. */
const WIDER: readonly Bounds[] = [
  { faults: 1, epochs: 2 },
  { faults: 2, epochs: 2 },
  { faults: 2, epochs: 3 },
  { faults: 3, epochs: 2 },
];

const said = ({ value, mark, run }: World['blue']) =>
  `${value} ${mark?.state ?? 'none'}:${mark?.epoch ?? ''} run ${run}`;
const told = (path: readonly World[]) =>
  path
    .map(({ blue, green, hosts, ...rest }) => {
      const all = hosts.map(({ runs: _, ...host }) => JSON.stringify(host)).join('\n  ');
      return `blue ${said(blue)} · green ${said(green)} · ${JSON.stringify(rest)}\n  ${all}`;
    })
    .join('\n');

test.each(EXPLORED)('in whatever order the steps come, one side serves and no write is lost: %j', (bounds, atLeast) => {
  const { states, fault } = explore(bounds);
  process.stdout.write(`${JSON.stringify(bounds)}: ${states.toLocaleString('en-US')} states.\n`);
  expect(fault === undefined ? undefined : `${fault.what}:\n${told(fault.path)}`).toBeUndefined();
  expect(states).toBeGreaterThan(atLeast);
});

/** With as few faults as it takes. */
function firstFault(mutant: Partial<Rules>): Explored | undefined {
  for (const bounds of WIDER) {
    const explored = explore(bounds, mutant);
    if (explored.fault !== undefined) return explored;
  }
  return undefined;
}

test.each(MUTANTS)('rule %i is needed: %s', (_, __, mutant) => {
  const found = firstFault(mutant);
  expect(found?.fault?.what).toBeDefined();
  process.stdout.write(
    `${JSON.stringify(mutant)}: ${found?.fault?.what}, in ${found?.states.toLocaleString('en-US')} states.\n`,
  );
});

test('every rule of the page has a mutant', () => {
  expect([...new Set(MUTANTS.map(([rule]) => rule))]).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  expect(MUTANTS.map(([, , mutant]) => Object.keys(mutant).join())).toEqual(
    Object.keys(RULES).flatMap((rule) => (rule === 'noAnswer' ? [rule, rule] : [rule])),
  );
});
