import { printable } from '../../../agent/printable';

/** Printable, with the blanks that columns of a table are set apart by. */
export function aligned(line: string): string {
  return line
    .split(/( {2,})/)
    .map((piece) => (piece.trim() === '' ? piece : printable(piece)))
    .join('');
}

/** A name at the beginning of a line, and what sets it apart from what follows, however long it is. */
export function column(name: string, width: number): string {
  return name.padEnd(width - APART.length) + APART;
}

const APART = '  ';
