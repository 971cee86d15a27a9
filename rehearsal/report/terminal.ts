import type { LiveView, RehearsalRecord } from './result';
import type { Output } from './terminal/output';
import { PlainLines } from './terminal/plain-lines';
import { Redrawn } from './terminal/redrawn';
import type { View } from './terminal/view';

/**
 * Tells people how the rehearsal goes: on a terminal as one block that is drawn over itself; in CI, and wherever
 * output is not a terminal, as plain lines without any escape code. NO_COLOR is heeded.
 */
export class Terminal {
  private readonly view: View;

  constructor(stream: Output, env: NodeJS.ProcessEnv = process.env) {
    // CI systems offer terminals too, and keep what is drawn over as thousands of lines.
    const watched = stream.isTTY === true && (env.CI ?? 'false') === 'false' && env.TERM !== 'dumb';
    const colours = watched && stream.hasColors?.(env) === true;
    this.view = watched ? new Redrawn(stream, colours) : new PlainLines(stream);
  }

  update(view: LiveView): void {
    this.view.update(view);
  }

  note(line: string): void {
    this.view.note(line);
  }

  /** @param files - what was written, to be named last */
  finish(record: RehearsalRecord, files: readonly string[] = []): void {
    this.view.finish(record, files);
  }
}
