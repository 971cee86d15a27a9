import { printable } from '../../../agent/printable';
import { column } from '../../../rehearsal/report/terminal/aligned';
import { Block } from '../../../rehearsal/report/terminal/block';
import type { Output } from '../../../rehearsal/report/terminal/output';
import type { Line } from '../../../rehearsal/report/terminal/paint';
import { weightsBar } from '../../../rehearsal/report/terminal/weights-bar';
import { duration } from '../../../rehearsal/report/units';
import type { Step } from './execution-progress';
import { weightsInWords } from './lines-view';
import type { ExecutionView, Picture } from './view';
import { type PhaseProgress, progressOf, vitalsInWords } from './vitals-in-words';

const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const NAME_WIDTH = 34;
const BAR_LENGTH = 18;

/** For a terminal: steps that are over stay as lines; below them one block is drawn over itself. */
export class LiveView implements ExecutionView {
  private printed = 0;
  private frame = 0;
  private picture?: Picture;
  private readonly terminal: Block;

  constructor(
    output: Output,
    colours: boolean,
    private readonly now: () => number = Date.now,
  ) {
    this.terminal = new Block(output, colours);
  }

  update(picture: Picture): void {
    this.picture = picture;
    this.redraw();
  }

  /** Between two answers of AWS: time goes on. */
  redraw(): void {
    this.terminal.erase();
    if (this.picture === undefined) return;
    this.printOver(this.picture.steps);
    this.frame++;
    this.terminal.draw(this.block(this.picture));
  }

  note(line: string): void {
    this.terminal.erase();
    this.terminal.print([{ text: `  ${printable(line)}`, style: 'dim' }]);
    if (this.picture !== undefined) this.terminal.draw(this.block(this.picture));
  }

  finish({ steps, weights }: Picture, ending: readonly string[]): void {
    this.terminal.erase();
    this.picture = undefined;
    this.printOver(steps);
    for (const line of weightLines(weights)) this.terminal.print(line);
    const [first = '', ...others] = ending;
    this.terminal.print([{ text: printable(first), style: 'bold' }]);
    for (const line of others) this.terminal.print([{ text: printable(line) }]);
  }

  /** In order: of two steps the one that began first is printed first. */
  private printOver(steps: readonly Step[]): void {
    for (let step = steps[this.printed]; step?.endedAt !== undefined; step = steps[this.printed]) {
      this.terminal.print(overLine(step, step.endedAt));
      this.printed++;
    }
  }

  private block(picture: Picture): Line[] {
    const { migration, current, doing, weights, waiting, vitals } = picture;
    const progress = progressOf(picture, this.now());
    const signs = vitals === undefined ? '' : vitalsInWords(vitals);
    const spinner = `${SPINNER[this.frame % SPINNER.length] ?? ''} `;
    const name = printable(current?.name ?? `${migration}: between two phases`);
    const lasted = current === undefined ? '' : duration(Math.max(0, this.now() - current.startedAt.getTime()));
    return [
      [{ text: spinner, style: 'yellow' }, { text: column(name, NAME_WIDTH), style: 'bold' }, { text: lasted }],
      ...(doing === '' || doing === current?.name ? [] : [[{ text: `  ${printable(doing)}`, style: 'dim' as const }]]),
      ...(progress === undefined ? [] : [progressLine(progress)]),
      ...[...weights].flatMap(([record, shares]): Line[] => [
        [{ text: `  ${printable(record)}`, style: 'dim' }],
        [{ text: '    ' }, ...weightsBar(shares)],
      ]),
      ...(signs === '' ? [] : [[{ text: `  ${signs}` }]]),
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
    { text: `  ${failed ? '✗' : '✓'} ${column(printable(name), NAME_WIDTH - 2)}`, ...(style && { style }) },
    { text: duration(endedAt.getTime() - startedAt.getTime()), style: 'dim' },
  ];
}

function progressLine({ share, inWords }: PhaseProgress): Line {
  const done = Math.round(share * BAR_LENGTH);
  return [
    { text: '  ' },
    { text: '█'.repeat(done), style: 'green' },
    { text: '░'.repeat(BAR_LENGTH - done), style: 'dim' },
    { text: `  ${Math.floor(share * 100)} %  ${inWords}` },
  ];
}

function weightLines(weights: Picture['weights']): Line[] {
  return [...weights].map(([record, weight]) => [
    { text: `  ${printable(record)}: `, style: 'dim' },
    { text: weightsInWords(weight) },
  ]);
}
