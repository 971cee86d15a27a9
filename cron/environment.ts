import type { Dialect } from './dialect';
import { CronSyntaxError } from './syntax-error';

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** A name, quoted or not, `=`, and the rest; with the white space that C's isspace knows. */
const ASSIGNMENT = /^[ \t]*(?:(["'])((?:(?!\1)[^=])*)\1|((?!["'])[^ \t\v\f\r=]*))[ \t\v\f\r]*=[ \t\v\f\r]*(.*)$/s;
const QUOTED = /^(["'])((?:(?!\1).)*)\1[ \t\v\f\r]*$/s;

/** `name = value`, or undefined where a line is none: cron then reads it as an entry (load_env in env.c). */
export function readAssignment(line: string, dialect: Dialect): Assignment | undefined {
  const [, , quotedName, bareName, rest = ''] = ASSIGNMENT.exec(line) ?? [];
  const name = quotedName ?? bareName;
  if (name === undefined) return undefined;
  const column = line.length - rest.length + 1;
  if (rest === '' && dialect === 'debian') {
    throw new CronSyntaxError(`${name}: a value must follow =; for none write ${name}=""`, column);
  }
  const value = valueOfRest(rest, dialect);
  if (value === undefined) {
    throw new CronSyntaxError(`${name}: nothing may follow the value's closing quote, and there must be one`, column);
  }
  if (name === '') throw new CronSyntaxError('a name must stand before =', 1, true);
  return { name, value };
}

function valueOfRest(rest: string, dialect: Dialect): string | undefined {
  if (!/^["']/.test(rest)) return rest.replace(/[ \t\v\f\r]+$/, '');
  const value = QUOTED.exec(rest)?.[2];
  // Debian's cron takes blanks at the end off, and then a second pair of quotes.
  return dialect === 'debian' ? value?.trimEnd().replace(/^(["'])(.*)\1$/s, '$2') : value;
}
