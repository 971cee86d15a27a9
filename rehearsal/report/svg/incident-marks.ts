import { type Markup, markup } from '../html/markup';
import type { Incident } from '../result';
import { instant } from '../units';
import { type Frame, fitted, px, textWidth } from './frame';

const ROW = 20;
const ROWS = 6;
const MAX_LABEL_LENGTH = 320;
const BADGE = 16;
const NUMBER_SIZE = 10;
const BETWEEN = 2;

/** Marks closer than this become one, and then labels are left out, until every mark finds its place. The last always suffices. */
const ATTEMPTS = [
  { apart: 12, labelled: true },
  { apart: 24, labelled: true },
  { apart: 48, labelled: true },
  { apart: 48, labelled: false },
];

/** An incident with the number under which the list below the chart has it. */
export interface NumberedIncident extends Incident {
  readonly number: number;
}

export function numbered(incidents: readonly Incident[]): NumberedIncident[] {
  return [...incidents].sort((a, b) => a.atMs - b.atMs).map((incident, index) => ({ ...incident, number: index + 1 }));
}

/** One incident, or several too close to each other to be told apart. */
interface Mark {
  readonly incidents: readonly NumberedIncident[];
  readonly x: number;
  /** `3`, or `3–5`. */
  readonly number: string;
  /** Half the width of what its number stands on. */
  readonly half: number;
}

interface Placed extends Mark {
  /** Counted upwards from the chart. */
  readonly row: number;
  readonly side: 'start' | 'end';
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Marks above the chart, each with a line down through it. */
export class IncidentMarks {
  readonly height: number;
  private readonly placed: readonly Placed[];

  constructor(frame: Frame, incidents: readonly NumberedIncident[]) {
    const { fromMs, toMs } = frame.window;
    const visible = incidents.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    this.placed = placedSomehow(frame, visible);
    const rows = this.placed.reduce((most, { row }) => Math.max(most, row + 1), 0);
    this.height = rows === 0 ? 0 : rows * ROW + 6;
  }

  /** The lines through all of the chart, to be drawn under it. */
  lines(bottom: number): Markup {
    const lines = this.placed.map(({ x, row }) => `M${px(x)} ${px(this.y(row))}V${px(bottom)}`);
    return markup`<path class="incident-line" d="${lines.join('')}"/>`;
  }

  marks(): Markup[] {
    return this.placed.map(({ incidents, x, number, half, row, side, label }) => {
      const y = this.y(row);
      const at = side === 'start' ? x + half + 5 : x - half - 5;
      const title = incidents.map(({ atMs, what }) => `${instant(atMs)}: ${what}`).join('\n');
      return markup`<g><title>${title}</title><rect class="badge" x="${px(x - half)}" y="${px(y - BADGE / 2)}" width="${px(2 * half)}" height="${BADGE}" rx="${BADGE / 2}"/><text class="badge-number" x="${px(x)}" y="${px(y + 3.5)}" text-anchor="middle">${number}</text>${label !== '' && markup`<text class="incident" x="${px(at)}" y="${px(y + 4)}" text-anchor="${side}">${label}</text>`}</g>`;
    });
  }

  private y(row: number): number {
    return this.height - 6 - row * ROW - ROW / 2;
  }
}

function placedSomehow(frame: Frame, incidents: readonly NumberedIncident[]): readonly Placed[] {
  for (const { apart, labelled } of ATTEMPTS) {
    const placed = place(frame, together(frame, incidents, apart), labelled && !frame.layout.stacked);
    if (placed !== undefined) return placed;
  }
  return [];
}

function together(frame: Frame, incidents: readonly NumberedIncident[], apart: number): Mark[] {
  const groups: NumberedIncident[][] = [];
  for (const incident of incidents) {
    const first = groups.at(-1)?.[0];
    if (first !== undefined && frame.x(incident.atMs) - frame.x(first.atMs) < apart) groups.at(-1)?.push(incident);
    else groups.push([incident]);
  }
  return groups.map((group) => {
    const numbers = [group[0]?.number, ...(group.length > 1 ? [group.at(-1)?.number] : [])];
    const number = numbers.join('–');
    const half = Math.max(BADGE, textWidth(number, NUMBER_SIZE) + 9) / 2;
    return { incidents: group, x: frame.x(group[0]?.atMs ?? 0), number, half };
  });
}

/**
 * From right to left: labels run to the right, so what is placed later stands higher, and its line ends left of what
 * was there. @returns undefined where a mark finds no place
 */
function place(frame: Frame, marks: readonly Mark[], labelled: boolean): Placed[] | undefined {
  const placed: Placed[] = [];
  for (const mark of marks.toReversed()) {
    const free = candidates(frame, mark, labelled).find((one) => isFree(one, placed));
    if (free === undefined) return undefined;
    placed.push(free);
  }
  return placed;
}

/** To the right first: a label to the left lies across the lines of whatever stands before it. */
function candidates(frame: Frame, mark: Mark, labelled: boolean): Placed[] {
  const { x, half } = mark;
  const rows = [...Array(ROWS).keys()];
  const what = mark.incidents.map((incident) => incident.what).join('; ');
  const label = labelled ? fitted(what, MAX_LABEL_LENGTH) : '';
  const reach = half + textWidth(label) + 9;
  const toTheRight = { ...mark, label, side: 'start', from: x - half, to: x + reach } as const;
  const toTheLeft = { ...mark, label, side: 'end', from: x - reach, to: x + half } as const;
  const bare = { ...mark, label: '', side: 'start', from: x - half, to: x + half } as const;
  return [
    ...(label === ''
      ? []
      : [...rows.map((row) => ({ ...toTheRight, row })), ...rows.map((row) => ({ ...toTheLeft, row }))]),
    ...rows.map((row) => ({ ...bare, row })),
  ].filter(({ label: text, from, to }) => text === '' || (from >= 0 && to <= frame.layout.width));
}

/** A mark's line runs down through all rows below its own: it may meet no mark there, and no label. */
function isFree(one: Placed, placed: readonly Placed[]): boolean {
  return placed.every((other) => {
    if (one.row === other.row) return one.to + BETWEEN < other.from || other.to + BETWEEN < one.from;
    const [upper, lower] = one.row > other.row ? [one, other] : [other, one];
    return upper.x < lower.from || upper.x > lower.to;
  });
}
