import { isLook, isUndo, passesOf } from '../passes';
import type { RehearsalRecord } from '../result';
import { Markup, markup, type Markup as Part } from './markup';

const box = (kind: string) => new Markup(`<rect class="${kind}" x="0.5" y="1.5" width="19" height="9" rx="2"/>`);
const line = (kind: string) => new Markup(`<path class="${kind}" d="M1 6H19"/>`);
const side = (name: string) =>
  new Markup(`<g class="${name}"><path class="step-area" d="M0 12V3H20V12Z"/><path class="step" d="M0 3H20"/></g>`);

/** Only what this record's charts have in them. */
export function legend(record: RehearsalRecord): Part {
  const { phases } = record.result.cutover;
  const entries: (readonly [boolean, Markup, string])[] = [
    [true, box('bar forward'), 'phase'],
    [passesOf(phases).length > 1, box('bar again'), 'phase, run again'],
    [phases.some(isLook), box('bar look'), 'state recorded before a phase'],
    [phases.some(isUndo), box('bar undo'), 'undo'],
    [phases.some(({ outcome }) => outcome === 'failed'), box('bar failed'), 'failed phase'],
    [phases.some(({ outcome }) => outcome === 'stopped'), box('bar stopped'), 'stopped phase'],
    [(record.writeOutages ?? []).length > 0, box('outage'), 'write outage'],
    [true, line('p50'), 'latency, half of all (p50)'],
    [true, line('p99'), 'latency, 99 of 100 (p99)'],
    [true, box('failed'), 'failed operations'],
    [true, side('blue'), "blue's weight in the record"],
    [true, side('green'), "green's weight in the record"],
    [record.incidents.length > 0, new Markup('<rect class="badge" x="4" width="12" height="12" rx="6"/>'), 'incident'],
  ];
  return markup`<ul class="legend">${entries
    .filter(([shown]) => shown)
    .map(
      ([, sample, name]) => markup`<li><svg viewBox="0 0 20 12" aria-hidden="true">${sample}</svg>${name}</li>`,
    )}</ul>`;
}
