import type { LiveView, RehearsalRecord } from '../result';
import { count, duration, tenths } from '../units';
import { aligned } from './aligned';
import type { Output } from './output';
import { painted } from './paint';
import { PhaseClock } from './phase-clock';
import { summary } from './summary';
import type { View } from './view';

/** Often enough to be seen alive in a log, rarely enough to be read. */
const BETWEEN_LINES_MS = 5_000;

/** For logs: a line for every phase, every note and every few seconds, and nothing but text. */
export class PlainLines implements View {
  private readonly clock = new PhaseClock();
  private toldMs?: number;
  private elapsedMs?: number;

  constructor(private readonly output: Output) {}

  update(view: LiveView): void {
    const before = this.clock.phase;
    const passed = this.clock.see(view);
    const changed = this.clock.phase !== before;
    this.elapsedMs = view.elapsedMs;
    if (!changed && this.toldMs !== undefined && view.elapsedMs - this.toldMs < BETWEEN_LINES_MS) return;
    this.toldMs = view.elapsedMs;
    const after = passed && ` (${passed.name} took ${tenths(passed.lastedMs)})`;
    this.print(`${at(view.elapsedMs)}  ${this.clock.phase}: ${figures(view)}${after ?? ''}`);
  }

  note(line: string): void {
    this.print(`${at(this.elapsedMs)}  ${aligned(line)}`);
  }

  finish(record: RehearsalRecord, files: readonly string[]): void {
    for (const line of summary(record, files)) this.print(painted(line, false));
  }

  private print(line: string): void {
    this.output.write(`${line}\n`);
  }
}

function at(elapsedMs: number | undefined): string {
  return (elapsedMs === undefined ? '' : `${(elapsedMs / 1000).toFixed(1)} s`).padStart(8);
}

function figures({ weights, lagMs, operations, failed, writesPerSecond }: LiveView): string {
  return [
    `blue ${weights.blue}`,
    `green ${weights.green}`,
    ...(lagMs === undefined ? [] : [`lag ${duration(lagMs)}`]),
    `${count(Math.round(writesPerSecond))} writes/s`,
    `${count(failed)} of ${count(operations)} failed`,
  ].join(', ');
}
