import type { Output } from './output';
import { cutTo, type Line, painted } from './paint';

const DEFAULT_COLUMNS = 80;

/** Lines that stay in a terminal, and below them a block that is drawn over itself. */
export class Block {
  private drawn = 0;

  constructor(
    private readonly output: Output,
    private readonly colours: boolean,
  ) {}

  /** While no block stands: erase it before. */
  print(line: Line): void {
    this.output.write(`${painted(line, this.colours)}\n`);
  }

  draw(block: readonly Line[]): void {
    // One column less: a full line makes some terminals wrap, and then the block is a line higher than it counts.
    const columns = (this.output.columns ?? DEFAULT_COLUMNS) - 1;
    const lines = block.map((line) => painted(cutTo(columns, line), this.colours));
    this.output.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }

  /** Up to the first line of the block, and everything from there on cleared. */
  erase(): void {
    if (this.drawn > 0) this.output.write(`\u001b[${this.drawn}A\u001b[0J`);
    this.drawn = 0;
  }
}
