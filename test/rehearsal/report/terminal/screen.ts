import { WriteStream } from 'node:tty';
import type { Output } from '../../../../rehearsal/report/terminal/output';

const ESCAPE = '\u001b';
const CODE = new RegExp(`^${ESCAPE}\\[(\\d*)([A-Za-z])$`);
const TOKEN = new RegExp(`${ESCAPE}\\[\\d*[A-Za-z]|\\n|[^${ESCAPE}\\n]+`, 'g');

/** A terminal that understands what a redraw needs: lines, up, clear to the end, and colours, which it counts. */
export class Screen implements Output {
  readonly isTTY = true;
  /** Everything as it was written. */
  written = '';
  private lines: string[] = [''];
  private row = 0;

  constructor(readonly columns = 80) {}

  /** As a real terminal answers. */
  hasColors(env: NodeJS.ProcessEnv): boolean {
    return WriteStream.prototype.hasColors.call({ getColorDepth: WriteStream.prototype.getColorDepth }, 16, env);
  }

  get colours(): number {
    return this.written.split(`${ESCAPE}[`).filter((part) => /^\d+m/.test(part)).length;
  }

  /** What stands on it, without the empty lines at its end. */
  get text(): string {
    return this.lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  write(text: string): void {
    this.written += text;
    for (const [token] of text.matchAll(TOKEN)) this.take(token);
  }

  private take(token: string): void {
    const code = CODE.exec(token);
    if (token === '\n') this.row++;
    else if (code === null) this.print(token);
    else if (code[2] === 'A') this.row -= Number(code[1]);
    else if (code[2] === 'J') this.lines.splice(this.row);
    else if (code[2] !== 'm') throw new Error(`Not understood: ${JSON.stringify(token)}`);
    if (this.row < 0) throw new Error('Up beyond the first line.');
    while (this.lines.length <= this.row) this.lines.push('');
  }

  /** What does not fit goes on in the next line, as on a real one: anyone who counts lines to go up counts wrong then. */
  private print(text: string): void {
    for (const character of text) {
      const line = this.lines[this.row] ?? '';
      if (line.length < this.columns) {
        this.lines[this.row] = line + character;
      } else {
        this.row++;
        this.lines[this.row] = character;
      }
    }
  }
}
