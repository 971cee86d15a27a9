import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { createContext, Script } from 'node:vm';

const PIECE = 64 * 1024;
/** Of a line this much is looked at, so that a log without line breaks does not fill the memory. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** Of a log of gigabytes it takes seconds. */
const MAX_MATCHING_MS = 60_000;

/**
 * Why no line of the file, from where the run began, is known to match the expression; undefined where one does. A file that
 * was rotated meanwhile is read whole.
 *
 * @param maxMs short expressions take years on some lines, and the job's next slots would wait as long: they are ended
 */
export function whyNoLine(
  file: string,
  begin: number,
  expression: string,
  maxMs = MAX_MATCHING_MS,
): string | undefined {
  const sandbox = createContext({ pattern: new RegExp(expression), lines: [] });
  const script = new Script('lines.some((line) => pattern.test(line))');
  const late = performance.now() + maxMs;
  try {
    for (const lines of linesFrom(file, begin)) {
      sandbox.lines = lines;
      const timeout = Math.max(1, Math.ceil(late - performance.now()));
      if (script.runInContext(sandbox, { timeout })) return undefined;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return `Whether a line of its output matches ${expression} was not known after ${maxMs / 1_000} s: a part that is repeated within another takes that long, e.g. (a+)+.`;
  }
  return `No line of its output matches ${expression}.`;
}

function* linesFrom(file: string, begin: number): Generator<readonly string[]> {
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
      yield lines;
    }
    yield [rest + decoder.end()];
  } finally {
    closeSync(open);
  }
}
