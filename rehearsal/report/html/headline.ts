import { INVARIANTS } from '../../stage/invariants';
import { decisiveFigures, isDamage } from '../comparison';
import { heldOfAll, standings } from '../invariants';
import { verdict, whereUsersAre } from '../outcome';
import type { RehearsalRecord } from '../result';
import { count, duration, several } from '../units';
import { type Markup, markup } from './markup';

/** What happened, for somebody who reads no further. */
export function headline(record: RehearsalRecord): Markup {
  const { result, migration, action, engines, durationMs, startedAt } = record;
  const broken = standings(result.invariants).filter(({ state }) => state === 'broken');
  const when = new Date(startedAt).toISOString().replace('T', ' ').slice(0, 16);
  return markup`<header>
<p class="over">Rehearsal of <strong>${migration}</strong>, action <code>${action}</code>, ${when} UTC, ${duration(durationMs)}</p>
<h1>${whereUsersAre(result)}</h1>
<p class="verdict ${result.ok ? 'good' : 'bad'}">${verdict(result)}</p>
<p class="lead"><span class="of-blue">Blue</span> was ${engines.blue}, <span class="of-green">green</span> was ${engines.green}. ${story(record)}</p>
${broken.length > 0 && markup`<ul class="broken-list">${broken.map(({ number, name }) => markup`<li>Invariant ${number} is broken: ${name}</li>`)}</ul>`}
${result.reason !== undefined && markup`<p class="reason">${result.reason}</p>`}
${result.assumed.length > 0 && markup`<p>Not in the app, and assumed:</p><ul>${result.assumed.map((text) => markup`<li>${text}</li>`)}</ul>`}
${cards(record)}
</header>`;
}

function story({ result }: RehearsalRecord): string {
  const { clients } = result;
  const lost =
    clients.lostWrites === 0
      ? 'no acknowledged write was lost'
      : `${several(clients.lostWrites, 'acknowledged write')} lost`;
  const gap = Number.isFinite(clients.longestWriteGapMs)
    ? `At worst nobody could write for ${duration(clients.longestWriteGapMs)}`
    : 'In the end nobody could write any more';
  return `${gap}; ${count(clients.failed)} of ${several(clients.operations, 'operation')} failed, and ${lost}.`;
}

const ON_CARDS = [
  'Freeze of the switch',
  'Fence until record changed',
  'Longest write gap',
  'Acknowledged writes lost',
  'Lock violations',
  'Sessions lost',
  'Balances off by',
  'Rows that differ',
];

function cards({ result }: RehearsalRecord): Markup {
  const figures = decisiveFigures(result).filter(({ name }) => ON_CARDS.includes(name));
  const broken = result.invariants.violations.length > 0 || result.invariants.checked < INVARIANTS.length;
  return markup`<ul class="cards">
${figures.map((figure) => {
  const { name, ours = 0, byHand, inWords } = figure;
  return markup`<li><span class="what">${name}</span><span class="figure${isDamage(figure, ours) && ' damage'}">${inWords(ours)}</span>${byHand !== undefined && markup`<span class="by-hand">by hand <span class="${isDamage(figure, byHand) && 'damage'}">${inWords(byHand)}</span></span>`}</li>\n`;
})}<li><span class="what">Invariants held</span><span class="figure${broken && ' damage'}">${heldOfAll(result.invariants)}</span></li>
</ul>`;
}
