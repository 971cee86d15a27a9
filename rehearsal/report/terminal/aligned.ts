import { printable } from '../../../agent/printable';

/** Printable, with the blanks that columns of a table are set apart by. */
export function aligned(line: string): string {
  return line
    .split(/( {2,})/)
    .map((piece) => (piece.trim() === '' ? piece : printable(piece)))
    .join('');
}
