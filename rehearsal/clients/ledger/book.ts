import type { WriteTimeline } from './write-timeline';

export type Access = 'reads' | 'writes';

/** That a side answered a client. Times are of the common monotonic clock. */
export interface Answer {
  readonly access: Access;
  readonly side: string;
  readonly sentMs: number;
  readonly ackedMs: number;
}

/**
 * What was acknowledged to clients, kept outside the engines.
 *
 * @typeParam Report - what clients of this kind saw
 */
export interface Book<Report> {
  readonly timeline: WriteTimeline;
  /** Gives what of it is an answer to a read or a write. */
  record(report: Report): Answer | undefined;
  /**
   * A process ended without a word: what it did last was reported by nobody.
   *
   * @param clients - of the process, by what they do
   */
  died(process: string, clients: Readonly<Partial<Record<string, number>>>, atMs: number): void;
}
