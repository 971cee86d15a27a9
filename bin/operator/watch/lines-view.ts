import { printable } from '../../../agent/printable';
import type { Output } from '../../../rehearsal/report/terminal/output';
import { duration } from '../../../rehearsal/report/units';
import type { Step } from './execution-progress';
import type { ExecutionView, Picture } from './view';
import { progressOf, vitalsInWords } from './vitals-in-words';

const VITALS_EVERY_MS = 60_000;

/** For logs: a line for everything that changes, and nothing but text. */
export class LinesView implements ExecutionView {
  private readonly told = new Set<string>();
  private signs = '';
  private signsAt = 0;

  constructor(private readonly output: Output) {}

  update(picture: Picture): void {
    const { steps, weights, waiting } = picture;
    for (const [index, step] of steps.entries()) {
      this.once(`${index} begun`, step.startedAt, step.name);
      if (step.endedAt !== undefined) this.once(`${index} over`, step.endedAt, over(step, step.endedAt));
    }
    const now = new Date();
    for (const [record, weight] of weights) {
      this.once(`${record} ${JSON.stringify(weight)}`, now, `${record}: ${weightsInWords(weight)}`);
    }
    for (const { what, command } of waiting) this.once(command, now, `${what}: ${command}`);
    this.tellVitals(picture, now);
  }

  /** Each tenth of the copy, and each minute if anything is different. */
  private tellVitals(picture: Picture, now: Date): void {
    const { steps, current, vitals } = picture;
    const progress = progressOf({ ...(current && { current }), ...(vitals && { vitals }) }, now.getTime());
    if (progress !== undefined) {
      const tenth = Math.floor(progress.share * 10);
      this.once(`${steps.length} ${tenth}`, now, `${current?.name}: ${tenth * 10} %, ${progress.inWords}`);
    }
    const signs = vitals === undefined ? '' : vitalsInWords(vitals);
    if (signs === '' || signs === this.signs || now.getTime() < this.signsAt + VITALS_EVERY_MS) return;
    [this.signs, this.signsAt] = [signs, now.getTime()];
    this.print(now, signs);
  }

  note(line: string): void {
    this.print(new Date(), line);
  }

  finish(picture: Picture, ending: readonly string[]): void {
    this.update(picture);
    for (const line of ending) this.output.write(`${printable(line)}\n`);
  }

  private once(key: string, at: Date, line: string): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.print(at, line);
  }

  private print(at: Date, line: string): void {
    this.output.write(`${at.toISOString().slice(0, 19)}Z  ${printable(line)}\n`);
  }
}

function over({ name, startedAt, failed }: Step, endedAt: Date): string {
  return `${name} ${failed ? 'failed after' : 'took'} ${duration(endedAt.getTime() - startedAt.getTime())}`;
}

export function weightsInWords(weights: Readonly<Record<string, number>>): string {
  return Object.entries(weights)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([side, weight]) => `${side} ${weight}`)
    .join(', ');
}
