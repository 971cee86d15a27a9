import type { RehearsalResult } from '../result';
import { type Markup, markup } from './markup';
import { table } from './tables';

/** Nothing where nothing was asked. */
export function checksTable({ checks }: RehearsalResult): Markup | false {
  if (checks.length === 0) return false;
  const rows = checks.map(({ check, kind, owner, phase, tries, seconds, passed, detail }) => [
    markup`${check}${owner !== undefined && ` (${owner})`}`,
    kind,
    phase,
    detail,
    tries,
    seconds,
    markup`<span class="${passed ? 'held' : 'broken'}">${passed ? 'passed' : 'failed'}</span>`,
  ]);
  const columns = [
    { heading: 'Check' },
    { heading: 'Kind' },
    { heading: 'Phase' },
    { heading: 'Seen' },
    { heading: 'Tries', number: true },
    { heading: 'Seconds', number: true },
    { heading: 'In this run' },
  ];
  return markup`<section><h2>Checks</h2>
<p>Asked of the applications: of blue in Preflight, of green after the switch.</p>
${table(undefined, columns, rows)}
</section>`;
}
