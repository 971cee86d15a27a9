import type { LiveView, RehearsalRecord } from '../result';

/** A way to tell people how the rehearsal goes. */
export interface View {
  update(view: LiveView): void;
  note(line: string): void;
  finish(record: RehearsalRecord, files: readonly string[]): void;
}
