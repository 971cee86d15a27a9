import { valueIn } from '../../clients/figure';
import { decisiveFigures, isDamage } from '../comparison';
import { heldOfAll, INVARIANTS, invariantResults } from '../invariants';
import { verdict, whereClientsAre } from '../outcome';
import type { RehearsalRecord } from '../result';
import { count, duration, inWords, several } from '../units';
import { type Markup, markup } from './markup';

/** What happened, for somebody who reads no further. */
export function headline(record: RehearsalRecord): Markup {
  const { result, migration, action, engines, durationMs, startedAt } = record;
  const broken = invariantResults(result.invariants).filter(({ state }) => state === 'broken');
  const when = new Date(startedAt).toISOString().replace('T', ' ').slice(0, 16);
  return markup`<header>
<p class="over">Rehearsal of <strong>${migration}</strong>, action <code>${action}</code>, ${when} UTC, ${duration(durationMs)}</p>
<h1>${whereClientsAre(result)}</h1>
<p class="verdict ${result.ok ? 'good' : 'bad'}">${verdict(result)}</p>
<p class="lead"><span class="of-blue">Blue</span> was ${engines.blue}, <span class="of-green">green</span> was ${engines.green}. ${story(record)}</p>
${broken.length > 0 && markup`<ul class="broken-list">${broken.map(({ number, name }) => markup`<li>Invariant ${number} is broken: ${name}</li>`)}</ul>`}
${result.reason !== undefined && markup`<p class="reason">${result.reason}</p>`}
${result.assumed.length > 0 && markup`<p>Not in the app, and assumed:</p><ul>${result.assumed.map((text) => markup`<li>${text}</li>`)}</ul>`}
${cards(record)}
</header>`;
}

function story({ result: { clients } }: RehearsalRecord): string {
  const of = (id: (typeof clients)[number]['id']) => valueIn(clients, id) ?? 0;
  const lost =
    of('lostWrites') === 0
      ? 'no acknowledged write was lost'
      : `${several(of('lostWrites'), 'acknowledged write')} lost`;
  const gapMs = of('longestWriteGapMs');
  const gap = Number.isFinite(gapMs)
    ? `No client could write for up to ${duration(gapMs)}`
    : 'In the end no client could write';
  return `${gap}; ${count(of('failed'))} of ${several(of('operations'), 'operation')} failed, and ${lost}.`;
}

function cards({ result }: RehearsalRecord): Markup {
  const figures = decisiveFigures(result).filter(({ shown }) => shown === 'headline');
  const broken = result.invariants.violations.length > 0 || result.invariants.checked < INVARIANTS.length;
  return markup`<ul class="cards">
${figures.map((figure) => {
  const { label, value = 0, byHand, unit } = figure;
  return markup`<li><span class="what">${label}</span><span class="figure${isDamage(figure, value) && ' damage'}">${inWords(value, unit)}</span>${byHand !== undefined && markup`<span class="by-hand">by hand <span class="${isDamage(figure, byHand) && 'damage'}">${inWords(byHand, unit)}</span></span>`}</li>\n`;
})}<li><span class="what">Invariants held</span><span class="figure${broken && ' damage'}">${heldOfAll(result.invariants)}</span></li>
</ul>`;
}
