import type { LoggedStatement, StatementStatus } from '../binlog/query-event';
import { type Token, type Tokens, tokensOf } from '../binlog/tokens';
import { SYSTEM_SCHEMAS } from './table';

/** What may have changed by a statement that was logged as text. Too much is taken for it rather than too little. */
export type Reach = 'nothing' | 'everything' | Named;

export interface Named {
  /** Every name in it, folded. */
  readonly names: ReadonlySet<string>;
  /** Whether they are of databases too, whose tables it concerns. */
  readonly databases: boolean;
}

/** Of a two-phase transaction: its rows are in the log before they are to be seen. */
export interface XaStep {
  readonly step: 'commit' | 'rollback' | 'other';
  readonly id: string;
}

/** Statements about accounts, and about what the server knows of tables. */
const HARMLESS = new Set(['GRANT', 'REVOKE', 'FLUSH', 'ANALYZE', 'OPTIMIZE', 'SET']);
/** `ANALYZE LOCAL TABLE`. What else MariaDB analyses, an UPDATE or a DELETE, it also runs. */
const OF_TABLES = /^((NO_WRITE_TO_BINLOG|LOCAL) )?TABLES?\b/;
const DEFINITIONS = new Set(['CREATE', 'ALTER', 'DROP', 'RENAME', 'TRUNCATE']);
const MODIFIERS = new Set([
  'OR',
  'REPLACE',
  'TEMPORARY',
  'ONLINE',
  'OFFLINE',
  'IGNORE',
  'UNIQUE',
  'FULLTEXT',
  'SPATIAL',
]);
/** What holds no rows, and the words that stand before nothing else. */
const WITHOUT_ROWS = new Set([
  ...['USER', 'ROLE', 'VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'PACKAGE', 'EVENT'],
  ...['ALGORITHM', 'DEFINER', 'SQL', 'AGGREGATE'],
]);

const ANSI_QUOTES = 4n;
const NO_BACKSLASH_ESCAPES = 1n << 20n;

export function reachOf(statement: LoggedStatement): Reach {
  const readings = readingsOf(statement);
  if (readings.length === 0) return 'everything';
  return readings.map(reachOfTokens).reduce(together);
}

/** `undefined` where it is none. */
export function xaStepOf(statement: LoggedStatement): XaStep | undefined {
  const [first, second, ...id] = readingsOf(statement)[0]?.tokens ?? [];
  if (upper(first) !== 'XA') return undefined;
  const [step = 'other'] = /^(commit|rollback)$/.exec(second?.text.toLowerCase() ?? '') ?? [];
  return { step: step as XaStep['step'], id: id.map(({ text }) => text).join('') };
}

/** As which one text a server may know a name, whatever case it folds names to. */
export function folded(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ς', 'σ');
}

function reachOfTokens({ tokens: all, conditional, complete }: Tokens): Reach {
  if (!complete) return 'everything';
  const tokens = withoutSettings(all);
  const verb = upper(tokens[0]);
  const words = tokens.slice(1).map(upper);
  if (verb === 'ANALYZE' && !OF_TABLES.test(words.join(' '))) return 'everything';
  if (HARMLESS.has(verb) && !conditional) return 'nothing';
  if (!conditional && isHousekeepingOf(tokens)) return 'nothing';
  if (!DEFINITIONS.has(verb) && !HARMLESS.has(verb)) return 'everything';
  const kind = words.find((word) => !MODIFIERS.has(word)) ?? '';
  // TABLE may be left out: TRUNCATE user empties a table of that name.
  if (verb !== 'TRUNCATE' && WITHOUT_ROWS.has(kind) && !conditional) return 'nothing';
  // What is selected may call a function, and that change anything.
  if (words.includes('SELECT') || (words.includes('VALUES') && words.includes('ROW'))) return 'everything';
  const names = tokens.filter(({ kind: of }) => of === 'word' || of === 'name').map(({ text }) => folded(text));
  return { names: new Set(names), databases: words.includes('DATABASE') || words.includes('SCHEMA') };
}

/** Whether RDS wrote down something of its own, which users' tables do not hold. */
export function isHousekeeping(statement: LoggedStatement): boolean {
  const readings = readingsOf(statement);
  return (
    readings.length > 0 &&
    readings.every(
      ({ tokens, conditional, complete }) => complete && !conditional && isHousekeepingOf(withoutSettings(tokens)),
    )
  );
}

/**
 * A change of one `mysql.rds_…`, to values that are written out: the heartbeat of every few minutes is logged as text, whatever
 * `binlog_format` is. No trigger may be on such a table.
 *
 * @see docs/aws-facts.md#rds-heartbeat-as-statement
 */
function isHousekeepingOf(tokens: readonly Token[]): boolean {
  const follows = OF_ONE_TABLE.get(upper(tokens[0]));
  const at = /^(INTO|FROM)$/.test(upper(tokens[1])) ? 2 : 1;
  const [schema, dot, table, next, ...rest] = tokens.slice(at);
  if (follows === undefined || schema?.text.toLowerCase() !== 'mysql' || dot?.text !== '.') return false;
  if (table === undefined || !/^rds_/i.test(table.text) || !follows.test(next?.text ?? '')) return false;
  return rest.every((token, index) => {
    if (/^(SELECT|TABLE|WITH|JOIN)$/.test(upper(token))) return false;
    const before = index === 0 ? next : rest[index - 1];
    // Whatever else stands before a parenthesis is a function.
    return token.text !== '(' || before?.kind === 'sign' || /^VALUES?$/.test(upper(before));
  });
}

/** Whether it names a table or a database of users', wherever they were when they ran it. Too much is taken for it. */
export function namesUsersTables(statement: LoggedStatement): boolean {
  const readings = readingsOf(statement);
  return readings.length === 0 || readings.some(({ tokens, complete }) => !complete || namesUsers(tokens));
}

function namesUsers(all: readonly Token[]): boolean {
  const tokens = withoutSettings(all);
  const defines = DEFINITIONS.has(upper(tokens[0]));
  const ofDatabase = defines && /^(DATABASE|SCHEMA)$/.test(upper(tokens[1]));
  return tokens.some((token, at) => {
    const [before, next] = [tokens[at - 1], tokens[at + 1]];
    if (token.kind === 'sign' || token.kind === 'text') return false;
    // Behind an UPDATE's SET and the like it may be a table's other name.
    const names = next?.text === '.' && before?.text !== '.' && (defines || BEFORE_TABLE.test(upper(before)));
    const isDatabase =
      ofDatabase && (/^(DATABASE|SCHEMA)$/.test(upper(before)) || upper(before) === 'EXISTS') && upper(token) !== 'IF';
    return (names || isDatabase) && !/^\d+$/.test(token.text) && !IS_SYSTEM.test(token.text);
  });
}

const BEFORE_TABLE = /^(INTO|FROM|UPDATE|IGNORE|LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK|INSERT|REPLACE|DELETE|JOIN)$/;
const IS_SYSTEM = new RegExp(`^(${SYSTEM_SCHEMAS.join('|')})$`, 'i');

/** What follows the table's name where no other table is changed. */
const OF_ONE_TABLE = new Map([
  ['INSERT', /^(\(|VALUES?|SET)$/i],
  ['REPLACE', /^(\(|VALUES?|SET)$/i],
  ['DELETE', /^(WHERE)?$/i],
  ['UPDATE', /^SET$/i],
]);

/** MariaDB's `SET STATEMENT variable = value FOR statement`. */
function withoutSettings(tokens: readonly Token[]): readonly Token[] {
  if (upper(tokens[0]) !== 'SET' || upper(tokens[1]) !== 'STATEMENT') return tokens;
  const end = tokens.findIndex((token) => upper(token) === 'FOR');
  return end < 0 ? [] : withoutSettings(tokens.slice(end + 1));
}

function together(one: Reach, other: Reach): Reach {
  if (one === 'everything' || other === 'nothing') return one;
  if (other === 'everything' || one === 'nothing') return other;
  return { names: new Set([...one.names, ...other.names]), databases: one.databases || other.databases };
}

/** Of a word without quotes. */
function upper(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** None where it cannot be read. */
function readingsOf({ bytes, status }: LoggedStatement): readonly Tokens[] {
  const { sqlMode } = status;
  if (sqlMode === undefined) return [];
  const quoting = {
    ansiQuotes: (sqlMode & ANSI_QUOTES) !== 0n,
    backslashEscapes: (sqlMode & NO_BACKSLASH_ESCAPES) === 0n,
  };
  return textsOf(bytes, status).map((text) => tokensOf(text, quoting));
}

/** A server writes some statements again, in UTF-8, whatever their client speaks. */
function textsOf(bytes: Buffer, { charset = -1 }: StatementStatus): readonly string[] {
  if (charset === -1 || SWE7.has(charset)) return [];
  if (bytes.every((byte) => byte < 0x80)) return [bytes.toString('latin1')];
  const utf8 = decoded(bytes);
  if (isUtf8(charset)) return utf8;
  return LATIN1.has(charset) ? [new TextDecoder('windows-1252').decode(bytes), ...utf8] : [];
}

function decoded(bytes: Buffer): readonly string[] {
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)];
  } catch {
    return [];
  }
}

/** Collations by their number, as `information_schema.COLLATIONS` has them. */
const LATIN1 = new Set([5, 8, 15, 31, 47, 48, 49, 94, 1032, 1071]);
/** Seven bits, of which some are letters and not signs. */
const SWE7 = new Set([10, 82, 1034, 1106]);

/** MariaDB has those without padding from 1024 on, and its newer ones from 2048 on, which clients speak in UTF-8 only. */
function isUtf8(charset: number): boolean {
  if (charset >= 2048) return true;
  const id = charset % 1024;
  return id === 33 || id === 45 || id === 46 || id === 76 || id === 83 || (id >= 192 && id <= 247) || id >= 255;
}
