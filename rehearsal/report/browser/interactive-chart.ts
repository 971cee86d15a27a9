import { lengthOf, type Span } from '../span';
import type { DrawnFigure } from '../svg/chart-data';
import { drawings } from '../svg/drawings';
import { Frame, LAYOUTS } from '../svg/frame';
import { valuesAt } from '../svg/values';
import { between, moved, zoomed } from '../svg/zoom';
import { duration } from '../units';
import { button, element } from './elements';

const CLOSER = 0.5;
const STEP = 0.25;
/** A tap is not a stretch of time. */
const MIN_DRAWN_PX = 8;
const HELP =
  'Values at a moment: point at the chart, or focus it and use the arrow keys. Zoom: drag over a stretch, or the keys + and −; 0 shows all.';

/** A chart of the page that shows values and zooms: by pointer, by keys, by buttons. It draws with what drew the page. */
export class InteractiveChart {
  private window: Span;
  private cursorMs?: number;
  private drawnFromMs?: number;
  private readonly plot: HTMLElement;
  private readonly pictures = element('div', 'pictures');
  private readonly line = element('div', 'cursor');
  private readonly stretch = element('div', 'stretch');
  private readonly values = element('output', 'values');
  private readonly shown: HTMLElement | null;
  private readonly buttons: Readonly<Record<'out' | 'earlier' | 'later' | 'all', HTMLButtonElement>>;

  constructor(
    figure: HTMLElement,
    private drawn: DrawnFigure,
  ) {
    this.window = drawn.window;
    this.shown = figure.querySelector('figcaption small');
    this.plot = figure.querySelector<HTMLElement>('.plot') ?? element('div', 'plot');
    this.pictures.append(...this.plot.childNodes);
    this.plot.append(this.stretch, this.pictures, this.line);
    for (const mark of [this.stretch, this.line]) mark.hidden = true;
    this.plot.tabIndex = 0;
    this.plot.setAttribute('role', 'group');
    this.plot.setAttribute('aria-label', `${drawn.title}. ${HELP}`);
    this.buttons = {
      out: button('Zoom out', () => this.zoom(1 / CLOSER)),
      earlier: button('Earlier', () => this.show(moved(this.window, this.whole, -STEP))),
      later: button('Later', () => this.show(moved(this.window, this.whole, STEP))),
      all: button('All', () => this.show(this.whole)),
    };
    const tools = element('div', 'tools');
    const { out, earlier, later, all } = this.buttons;
    tools.append(
      button('Zoom in', () => this.zoom(CLOSER)),
      out,
      earlier,
      later,
      all,
    );
    this.plot.before(tools);
    this.plot.after(this.values);
    this.values.textContent = HELP;
    this.listen();
    this.mark();
  }

  /** What has happened since. A window that was chosen stays; one of everything grows. */
  update(drawn: DrawnFigure): void {
    const { fromMs, toMs } = this.window;
    const isAll = fromMs <= this.whole.fromMs && toMs >= this.whole.toMs;
    this.drawn = drawn;
    this.show(isAll ? drawn.window : this.window);
  }

  private get whole(): Span {
    return this.drawn.window;
  }

  private listen(): void {
    const { plot } = this;
    plot.addEventListener('pointermove', (event) => this.pointAt(this.momentAt(event.clientX)));
    plot.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      this.drawnFromMs = this.momentAt(event.clientX);
      plot.setPointerCapture(event.pointerId);
    });
    plot.addEventListener('pointerup', (event) => this.drew(this.momentAt(event.clientX)));
    plot.addEventListener('pointercancel', () => this.drew(undefined));
    plot.addEventListener('dblclick', () => this.show(this.whole));
    plot.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.press(event.key, event.shiftKey)) return;
      event.preventDefault();
    });
    // Without Ctrl the wheel is the page's, which a chart must not stop half way.
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.show(zoomed(this.window, this.whole, event.deltaY < 0 ? CLOSER : 1 / CLOSER, this.momentAt(event.clientX)));
    };
    plot.addEventListener('wheel', wheel, { passive: false });
  }

  /** @returns whether the key is one of the chart's */
  private press(key: string, far: boolean): boolean {
    const step = far ? 10 : 1;
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight': {
        const by = step * Math.max(this.drawn.happened.sliceMs, lengthOf(this.window) / 200);
        this.pointAt((this.cursorMs ?? this.middle) + (key === 'ArrowLeft' ? -by : by));
        return true;
      }
      case '+':
      case '=':
        this.zoom(CLOSER);
        return true;
      case '-':
        this.zoom(1 / CLOSER);
        return true;
      case '0':
        this.show(this.whole);
        return true;
      default:
        return false;
    }
  }

  private get middle(): number {
    return (this.window.fromMs + this.window.toMs) / 2;
  }

  private zoom(factor: number): void {
    this.show(zoomed(this.window, this.whole, factor, this.cursorMs ?? this.middle));
  }

  private show(window: Span): void {
    this.window = window;
    this.pictures.innerHTML = drawings({ ...this.drawn, window }).text;
    if (this.shown !== null) this.shown.textContent = duration(lengthOf(window));
    if (this.cursorMs !== undefined) this.pointAt(this.cursorMs);
    this.mark();
  }

  /** What would do nothing says so, and keeps the focus that a disabled button would lose. */
  private mark(): void {
    const { fromMs, toMs } = this.window;
    const [atBegin, atEnd] = [fromMs <= this.whole.fromMs, toMs >= this.whole.toMs];
    const useless = { out: atBegin && atEnd, earlier: atBegin, later: atEnd, all: atBegin && atEnd };
    for (const name of ['out', 'earlier', 'later', 'all'] as const) {
      this.buttons[name].setAttribute('aria-disabled', String(useless[name]));
    }
  }

  private pointAt(atMs: number): void {
    const { fromMs, toMs } = this.window;
    const at = Math.min(toMs, Math.max(fromMs, atMs));
    this.cursorMs = at;
    this.line.style.left = this.leftOf(at);
    this.line.hidden = false;
    this.values.replaceChildren(
      ...valuesAt(this.drawn.happened, at).map(([name, value]) => {
        const pair = element('span', 'value');
        const what = element('b', 'what');
        what.textContent = name;
        pair.append(what, ` ${value} `);
        return pair;
      }),
    );
    if (this.drawnFromMs !== undefined) this.drawStretch(this.drawnFromMs, at);
  }

  private drawStretch(oneMs: number, otherMs: number): void {
    const [fromMs, toMs] = [Math.min(oneMs, otherMs), Math.max(oneMs, otherMs)];
    this.stretch.style.left = this.leftOf(fromMs);
    this.stretch.style.width = `calc(${this.leftOf(toMs)} - ${this.leftOf(fromMs)})`;
    this.stretch.hidden = false;
  }

  private drew(untilMs: number | undefined): void {
    const fromMs = this.drawnFromMs;
    this.drawnFromMs = undefined;
    this.stretch.hidden = true;
    if (fromMs === undefined || untilMs === undefined) return;
    const drawnPx = Math.abs(this.frame.x(untilMs) - this.frame.x(fromMs));
    if (drawnPx >= MIN_DRAWN_PX) this.show(between(fromMs, untilMs, this.whole));
  }

  /** The picture that the page's style shows at this width. */
  private get picture(): { readonly box: DOMRect; readonly layout: (typeof LAYOUTS)[number] } {
    for (const layout of LAYOUTS) {
      const box = this.pictures.querySelector(`svg.${layout.name}`)?.getBoundingClientRect();
      if (box !== undefined && box.width > 0) return { box, layout };
    }
    return { box: this.plot.getBoundingClientRect(), layout: LAYOUTS[0] };
  }

  private get frame(): Frame {
    return new Frame(this.picture.layout, this.window);
  }

  private momentAt(clientX: number): number {
    const { box, layout } = this.picture;
    const { left, plotWidth } = this.frame;
    const x = ((clientX - box.left) / box.width) * layout.width;
    const { fromMs, toMs } = this.window;
    return Math.min(toMs, Math.max(fromMs, fromMs + ((x - left) / plotWidth) * lengthOf(this.window)));
  }

  /** A picture may be narrower than its place. */
  private leftOf(atMs: number): string {
    const { box, layout } = this.picture;
    const place = this.plot.getBoundingClientRect();
    return `${box.left - place.left + (this.frame.x(atMs) / layout.width) * box.width}px`;
  }
}
