import type { Dialect } from './dialect';

/** What cron gives to the shell, and what to the command's standard input. */
export interface Command {
  readonly command: string;
  readonly stdin?: string;
}

/**
 * Parts a command at the first `%` that no backslash stands before, as do_command.c of both crons does. What stands before it is
 * for the shell: there `\%` is `%`, and to Debian's cron `\\` is one backslash. What follows is standard input, where `%` is a
 * newline, `\%` is `%`, and backslashes do not go in pairs.
 */
export function commandOf(text: string, dialect: Dialect): Command {
  const pieces: readonly string[] = text.match(/\\.|%|[^\\%]+|\\/gs) ?? [];
  const first = pieces.indexOf('%');
  const command = (first < 0 ? pieces : pieces.slice(0, first)).map((piece) => unescaped(piece, dialect)).join('');
  return first < 0 ? { command } : { command, stdin: stdinOf(pieces.slice(first + 1).join('')) };
}

function unescaped(piece: string, dialect: Dialect): string {
  if (piece === '\\%') return '%';
  return piece === '\\\\' && dialect === 'debian' ? '\\' : piece;
}

/** A newline is added where none is at the end; a backslash there does not count. */
function stdinOf(text: string): string {
  const input = text.replace(/\\?%/g, (sign) => (sign === '%' ? '\n' : '%'));
  return /[^\\\n]\\*$/.test(input) ? `${input}\n` : input;
}
