/** What cron gives to the shell, and what to the command's standard input. */
export interface Command {
  readonly command: string;
  readonly stdin?: string;
}

/**
 * Parts a command at the first `%` (do_command.c and child_process in it, the same in both crons): up to there it is for the
 * shell. What follows is standard input, where further ones are newlines, and a newline is added at the end. `\%` is a `%`
 * everywhere; a backslash before anything else is nothing to cron.
 */
export function commandOf(text: string): Command {
  const pieces: readonly string[] = text.match(/\\%|%|\\|[^\\%]+/g) ?? [];
  const first = pieces.indexOf('%');
  if (first < 0) return { command: pieces.map(unescaped).join('') };
  const input = pieces
    .slice(first + 1)
    .map((piece) => (piece === '%' ? '\n' : unescaped(piece)))
    .join('');
  return {
    command: pieces.slice(0, first).map(unescaped).join(''),
    stdin: input === '' || input.endsWith('\n') ? input : `${input}\n`,
  };
}

function unescaped(piece: string): string {
  return piece === '\\%' ? '%' : piece;
}
