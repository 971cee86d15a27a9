import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'blue' | 'green' | 'yellow' | 'red';

/** A piece of a line. Its text is printed as it stands, its style only where colours are wanted. */
export interface Piece {
  readonly text: string;
  readonly style?: Style;
}

export type Line = readonly Piece[];

/** As much of a line as a terminal of so many columns shows: one that wraps could not be drawn over. */
export function cutTo(columns: number, line: Line): Piece[] {
  let left = columns;
  const cut: Piece[] = [];
  for (const piece of line) {
    const characters = [...piece.text];
    cut.push({ ...piece, text: characters.slice(0, left).join('') });
    left -= Math.min(left, characters.length);
  }
  return cut;
}

export function painted(line: Line, colours: boolean): string {
  return line
    .map(({ text, style }) =>
      colours && style !== undefined ? styleText(style, text, { validateStream: false }) : text,
    )
    .join('');
}
