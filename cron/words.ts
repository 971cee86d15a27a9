/** A word of a line, and where it begins, from 1 on. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** The words between blanks and tabs. Other white space parts no words: cron skips these two alone. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[^ \t]+/g)].map((match) => ({ text: match[0], column: match.index + 1 }));
}
