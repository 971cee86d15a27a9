import type { WriteTimeline } from './write-timeline';

/**
 * What was acknowledged to clients, kept outside the engines.
 *
 * @typeParam Report - what clients of this kind saw
 */
export interface Book<Report> {
  readonly timeline: WriteTimeline;
  record(report: Report): void;
  /**
   * A process ended without a word: what it did last was reported by nobody.
   *
   * @param clients - of the process, by what they do
   */
  died(process: string, clients: Readonly<Partial<Record<string, number>>>, atMs: number): void;
}
