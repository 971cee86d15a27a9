import type { LiveView, RehearsalRecord } from '../result';
import { count, duration, tenths } from '../units';
import { aligned, column } from './aligned';
import { Block } from './block';
import type { Output } from './output';
import type { Line, Style } from './paint';
import { type PassedPhase, PhaseClock } from './phase-clock';
import { summary } from './summary';
import type { View } from './view';
import { weightsBar } from './weights-bar';

const SPINNER = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const NAME_WIDTH = 22;

/** For a terminal: phases that are done stay as lines; below them one block is drawn over itself. */
export class Redrawn implements View {
  private readonly clock = new PhaseClock();
  private frame = 0;
  private latest?: LiveView;
  private readonly terminal: Block;

  constructor(output: Output, colours: boolean) {
    this.terminal = new Block(output, colours);
  }

  update(view: LiveView): void {
    this.terminal.erase();
    const passed = this.clock.see(view);
    if (passed) this.terminal.print(doneLine(passed));
    this.latest = view;
    this.frame++;
    this.draw();
  }

  note(line: string): void {
    this.terminal.erase();
    this.terminal.print([{ text: `  ${aligned(line)}`, style: 'dim' }]);
    this.draw();
  }

  finish(record: RehearsalRecord, files: readonly string[]): void {
    this.terminal.erase();
    const passed = this.clock.end();
    if (passed) this.terminal.print(doneLine(passed));
    this.latest = undefined;
    for (const line of summary(record, files)) this.terminal.print(line);
  }

  private draw(): void {
    if (this.latest !== undefined) this.terminal.draw(this.block(this.latest));
  }

  private block(view: LiveView): Line[] {
    const { weights, lagMs, operations, failed, writesPerSecond, elapsedMs } = view;
    const spinner = SPINNER[this.frame % SPINNER.length] ?? '';
    const figures: Line[] = [
      ...(lagMs === undefined ? [] : [[{ text: `lag ${duration(lagMs)}` }]]),
      [{ text: `${count(Math.round(writesPerSecond))} writes/s` }],
      [{ text: `${count(failed)} failed`, ...(failed > 0 && { style: 'red' as const }) }],
      [{ text: `of ${count(operations)} operations` }],
      [{ text: `${tenths(elapsedMs)} elapsed` }],
    ];
    return [
      [
        { text: `${spinner} `, style: 'yellow' },
        { text: column(this.clock.phase, NAME_WIDTH), style: 'bold' },
        { text: tenths(this.clock.lastedMs) },
      ],
      [{ text: '  ' }, ...weightsBar(weights)],
      [{ text: '  ' }, ...figures.flatMap((figure, index) => (index === 0 ? figure : [{ text: '  ' }, ...figure]))],
    ];
  }
}

function doneLine({ name, undoes, lastedMs }: PassedPhase): Line {
  const style: Style | undefined = undoes ? 'yellow' : undefined;
  return [
    { text: '  ' },
    { text: column(name, NAME_WIDTH), ...(style && { style }) },
    { text: tenths(lastedMs), style: 'dim' },
  ];
}
