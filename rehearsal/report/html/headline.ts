import { INVARIANTS } from '../../stage/invariants';
import { decisiveFigures } from '../comparison';
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
${cards(record)}
</header>`;
}

function story({ result }: RehearsalRecord): string {
  const { clients } = result;
  const lost =
    clients.lostWrites === 0
      ? 'no acknowledged write was lost'
      : `${several(clients.lostWrites, 'acknowledged write')} lost`;
  return `At worst nobody could write for ${duration(clients.longestWriteGapMs)}; ${count(clients.failed)} of ${several(clients.operations, 'operation')} failed, and ${lost}.`;
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
${figures.map(
  ({ name, ours = 0, byHand, inWords, damage }) =>
    markup`<li><span class="what">${name}</span><span class="figure${damage && ours > 0 && ' damage'}">${inWords(ours)}</span>${byHand !== undefined && markup`<span class="by-hand">by hand <span class="${damage && byHand > 0 && 'damage'}">${inWords(byHand)}</span></span>`}</li>\n`,
)}<li><span class="what">Invariants held</span><span class="figure${broken && ' damage'}">${heldOfAll(result.invariants)}</span></li>
</ul>`;
}
