import { scaleLinear } from 'd3-scale';
import type { Markup } from '../html/markup';
import type { Span } from '../span';

/** For whom a chart is laid out: text keeps its size, so a narrow chart is another layout and not a smaller picture. */
export interface Layout {
  readonly name: 'wide' | 'middle' | 'narrow';
  /** In pixels, as are all lengths here. */
  readonly width: number;
  /** For names and ticks, left of what is drawn. */
  readonly gutter: number;
  /** Names of phases stand above their bars, as the gutter has no room for them. */
  readonly stacked: boolean;
}

export const LAYOUTS: readonly [Layout, ...Layout[]] = [
  { name: 'wide', width: 1080, gutter: 122, stacked: false },
  { name: 'middle', width: 700, gutter: 118, stacked: false },
  { name: 'narrow', width: 350, gutter: 48, stacked: true },
];

export const FONT_SIZE = 12;
const MARGIN = 14;

/** Where on the page a moment is. Everything drawn over one time axis shares one. */
export class Frame {
  readonly left: number;
  readonly right: number;
  private readonly time: (ms: number) => number;

  constructor(
    readonly layout: Layout,
    readonly window: Span,
  ) {
    this.left = layout.gutter;
    this.right = layout.width - MARGIN;
    this.time = scaleLinear([window.fromMs, window.toMs], [this.left, this.right]);
  }

  get plotWidth(): number {
    return this.right - this.left;
  }

  x(ms: number): number {
    return this.time(ms);
  }
}

/** A strip of a chart, drawn from y = 0 downwards. */
export interface Panel {
  readonly height: number;
  readonly body: Markup;
}

/** Wide rather than exact: the reader's font is not known, and a label must not run into the next. */
export function textWidth(text: string, fontSize = FONT_SIZE): number {
  return [...text].length * fontSize * 0.61;
}

/** As much of a text as fits. */
export function fitted(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = Math.max(0, Math.floor(width / textWidth('…')) - 1);
  return characters === 0 ? '' : `${[...text].slice(0, characters).join('').trimEnd()}…`;
}

/** A tenth of a pixel is as exact as a screen is, and keeps the page small. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
