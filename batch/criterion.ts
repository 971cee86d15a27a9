import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const PIECE = 64 * 1024;
/** Of a line this much is looked at, so that a log without line breaks does not fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** Whether a line of the file, from where the run began, matches the expression. A file that was rotated meanwhile is read whole. */
export function hasLine(file: string, begin: number, expression: string): boolean {
  const pattern = new RegExp(expression);
  for (const line of linesFrom(file, begin)) if (pattern.test(line)) return true;
  return false;
}

function* linesFrom(file: string, begin: number): Generator<string> {
  const open = openSync(file, 'r');
  try {
    const decoder = new StringDecoder('utf8');
    const piece = Buffer.alloc(PIECE);
    let at = fstatSync(open).size < begin ? 0 : begin;
    let rest = '';
    for (;;) {
      const read = readSync(open, piece, 0, PIECE, at);
      if (read === 0) break;
      at += read;
      const lines = `${rest}${decoder.write(piece.subarray(0, read))}`.split('\n');
      rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH);
      yield* lines;
    }
    yield rest + decoder.end();
  } finally {
    closeSync(open);
  }
}
