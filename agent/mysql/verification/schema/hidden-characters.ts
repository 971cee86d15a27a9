import type { Dialect } from '../../dialect';
import type { Reading } from './reading';
import type { Token } from './sql/tokens';

/**
 * Servers show definitions in three bytes a character. What is beyond U+FFFF is a question mark in a label, and in the default
 * of a text before MySQL 8.0 and in MariaDB, which later ones write in hexadecimal; in an expression MySQL shows four of
 * them, and MariaDB the character.
 */
const BEYOND = /[\u{10000}-\u{10ffff}]/u;
const IN_DEFAULT = '?';
const IN_EXPRESSION = '????';

const REASON = 'has characters that a server shows as question marks, or question marks of its own';
const IS_TEXT = /^(((tiny|medium|long)?text|(var)?char)\b|(enum|set)\()/;

/** Of an ENUM or SET: a row's own label is compared with its values. */
export function noteHiddenLabels({ notCovered }: Reading, object: string, type: string): void {
  if (/^(enum|set)\(/.test(type) && type.includes('?'))
    notCovered.push({ object, reason: `its list of labels ${REASON}` });
}

/** An expression in one spelling, whichever of the two servers shows it. */
export function expressionOf({ spelling, notCovered }: Reading, object: string, tokens: readonly Token[]): string {
  if (!hidesInExpression(tokens, spelling.sameVersion)) return spelling.sql(tokens);
  notCovered.push({ object, reason: `an expression of it ${REASON}` });
  return spelling.sql(spelling.sameVersion ? tokens : marked(tokens, IN_EXPRESSION));
}

/** The same of a column's default, which may be a literal. */
export function defaultOf(reading: Reading, object: string, type: string, preset: readonly Token[]): string {
  const { session, spelling, notCovered } = reading;
  const { sameVersion } = spelling;
  const literal = preset.length === 1 && IS_TEXT.test(type) ? preset.flatMap(asText) : [];
  const isHidden =
    literal.length === 0
      ? hidesInExpression(preset, sameVersion)
      : literal.some(({ value }) => hidesInDefault(session.dialect, value) || (!sameVersion && BEYOND.test(value)));
  if (!isHidden) return spelling.columnDefault(preset);
  notCovered.push({ object, reason: `its default ${REASON}` });
  if (sameVersion) return spelling.columnDefault(preset);
  return spelling.columnDefault(literal.length === 0 ? marked(preset, IN_EXPRESSION) : marked(literal, IN_DEFAULT));
}

function hidesInDefault(dialect: Dialect, shown: string): boolean {
  return (dialect.mariadb || !dialect.atLeast(8, 0)) && shown.includes(IN_DEFAULT);
}

function hidesInExpression(tokens: readonly Token[], sameVersion: boolean): boolean {
  return tokens.some(
    ({ kind, value }) => kind === 'text' && (value.includes(IN_EXPRESSION) || (!sameVersion && BEYOND.test(value))),
  );
}

function marked(tokens: readonly Token[], mark: string): readonly Token[] {
  return tokens.map((token) =>
    token.kind === 'text' ? { ...token, value: token.value.replace(new RegExp(BEYOND, 'gu'), mark) } : token,
  );
}

/** MySQL 8.0 writes a text in hexadecimal that three bytes a character do not hold. */
function asText(token: Token): readonly Token[] {
  if (token.kind === 'text') return [token];
  if (token.kind !== 'bytes' || !token.value.startsWith('0x')) return [];
  const value = Buffer.from(token.value.slice(2), 'hex').toString('utf8');
  return BEYOND.test(value) && !value.includes('\ufffd') ? [{ ...token, kind: 'text', value }] : [];
}
