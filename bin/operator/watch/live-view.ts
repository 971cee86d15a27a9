import { printable } from '../../../agent/printable';
import type { Output } from '../../../rehearsal/report/terminal/output';
import { cutTo, type Line, painted } from '../../../rehearsal/report/terminal/paint';
import { duration } from '../../../rehearsal/report/units';
import type { Step } from './execution-progress';
import { weightsInWords } from './lines-view';
import type { ExecutionView, Picture } from './view';

const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const NAME_WIDTH = 34;
const DEFAULT_COLUMNS = 80;

/** For a terminal: steps that are over stay as lines; below them one block is drawn over itself. */
export class LiveView implements ExecutionView {
  private printed = 0;
  private drawn = 0;
  private frame = 0;
  private picture?: Picture;

  constructor(
    private readonly output: Output,
    private readonly colours: boolean,
    private readonly now: () => number = Date.now,
  ) {}

  update(picture: Picture): void {
    this.picture = picture;
    this.redraw();
  }

  /** Between two answers of AWS: time goes on. */
  redraw(): void {
    this.erase();
    if (this.picture === undefined) return;
    this.printOver(this.picture.steps);
    this.frame++;
    this.draw(this.picture);
  }

  note(line: string): void {
    this.erase();
    this.print([{ text: `  ${printable(line)}`, style: 'dim' }]);
    if (this.picture !== undefined) this.draw(this.picture);
  }

  finish({ steps, weights }: Picture, ending: readonly string[]): void {
    this.erase();
    this.picture = undefined;
    this.printOver(steps);
    for (const line of weightLines(weights)) this.print(line);
    const [first = '', ...others] = ending;
    this.print([{ text: printable(first), style: 'bold' }]);
    for (const line of others) this.print([{ text: printable(line) }]);
  }

  /** In order: of two steps the one that began first is printed first. */
  private printOver(steps: readonly Step[]): void {
    for (let step = steps[this.printed]; step?.endedAt !== undefined; step = steps[this.printed]) {
      this.print(overLine(step, step.endedAt));
      this.printed++;
    }
  }

  private print(line: Line): void {
    this.output.write(`${painted(line, this.colours)}\n`);
  }

  private draw(picture: Picture): void {
    // One column less: a full line makes some terminals wrap, and then the block is a line higher than it counts.
    const columns = (this.output.columns ?? DEFAULT_COLUMNS) - 1;
    const lines = this.block(picture).map((line) => painted(cutTo(columns, line), this.colours));
    this.output.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  /** Up to the first line of the block, and everything from there on cleared. */
  private erase(): void {
    if (this.drawn > 0) this.output.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }

  private block({ migration, current, doing, weights, waiting }: Picture): Line[] {
    const spinner = `${SPINNER[this.frame % SPINNER.length] ?? ''} `;
    const name = printable(current?.name ?? `${migration}: between two phases`);
    const lasted = current === undefined ? '' : duration(this.now() - current.startedAt.getTime());
    return [
      [{ text: spinner, style: 'yellow' }, { text: name.padEnd(NAME_WIDTH), style: 'bold' }, { text: lasted }],
      ...(doing === '' || doing === current?.name ? [] : [[{ text: `  ${printable(doing)}`, style: 'dim' as const }]]),
      ...weightLines(weights),
      ...waiting.map(
        ({ what, command }): Line => [
          { text: `  ${printable(what)}: `, style: 'yellow' },
          { text: printable(command), style: 'bold' },
        ],
      ),
    ];
  }
}

function overLine({ name, of, startedAt, failed }: Step, endedAt: Date): Line {
  const style = failed ? 'red' : of.part === 'undo' ? 'yellow' : undefined;
  return [
    { text: `  ${failed ? '✗' : '✓'} ${printable(name).padEnd(NAME_WIDTH - 2)}`, ...(style && { style }) },
    { text: duration(endedAt.getTime() - startedAt.getTime()), style: 'dim' },
  ];
}

function weightLines(weights: Picture['weights']): Line[] {
  return [...weights].map(([record, weight]) => [
    { text: `  ${printable(record)}: `, style: 'dim' },
    { text: weightsInWords(weight) },
  ]);
}
