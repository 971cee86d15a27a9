import { INVARIANTS, type InvariantResult, invariantResults } from '../invariants';
import type { RehearsalResult } from '../result';
import { type Markup, markup } from './markup';
import { table } from './tables';

const IN_WORDS: Readonly<Record<InvariantResult['state'], string>> = {
  held: 'held',
  broken: 'broken',
  unseen: 'no violation seen',
};

export function invariantsTable({ invariants }: RehearsalResult): Markup {
  const rows = invariantResults(invariants).map(({ number, name, state, how }) => [
    number,
    markup`${name}${how.length > 0 && markup`<ul>${how.map((one) => markup`<li>${one}</li>`)}</ul>`}`,
    markup`<span class="${state}">${IN_WORDS[state]}</span>`,
  ]);
  const partly = invariants.checked < INVARIANTS.length;
  return markup`<section><h2>Invariants</h2>
<p>Checked from outside the code that keeps them.${partly && ` Only ${invariants.checked} of the ${INVARIANTS.length} were checked.`}</p>
${table(undefined, [{ heading: 'No.', number: true }, { heading: 'Invariant' }, { heading: 'In this run' }], rows)}
</section>`;
}
