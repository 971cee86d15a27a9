import { objectName } from '../../sql/object-name';
import { type Token, tokensOf } from '../binlog/tokens';
import type { IndexPart } from './tables';

/** One thing that a statement does to its table. */
export type Effect =
  | {
      readonly does: 'addIndex';
      readonly name: string;
      readonly unique: boolean;
      /** Absent: of an expression or in descending order, which are not compared. */
      readonly parts?: readonly IndexPart[];
    }
  | { readonly does: 'dropIndex'; readonly name: string }
  | { readonly does: 'toInnoDb' }
  | { readonly does: 'toDynamic' }
  | { readonly does: 'addColumn'; readonly name: string }
  | { readonly does: 'dropColumn'; readonly name: string }
  | { readonly does: 'renameColumn'; readonly from: string; readonly to: string }
  | { readonly does: 'addPrimaryKey' }
  /** It cannot be told from the table whether it is done; doing it twice changes nothing. */
  | { readonly does: 'modifyColumn'; readonly name: string };

/** A statement of the user's own, as far as it is known what it does. */
export interface DeclaredStatement {
  /** `schema.table`. */
  readonly of: string;
  readonly effects: readonly Effect[];
}

/** Why a statement is not run: goes on from "The statement …". */
export class RefusedStatement extends Error {
  constructor(readonly reason: string) {
    super(`The statement ${reason}.`);
  }
}

const ACCEPTED =
  'accepted are ALTER TABLE schema.table with ADD INDEX, DROP INDEX, ENGINE=InnoDB and ROW_FORMAT=DYNAMIC, CREATE INDEX … ON schema.table and DROP INDEX … ON schema.table';
const WITH_COLUMNS = 'and, with changesColumns, ADD, DROP, MODIFY and CHANGE COLUMN and ADD PRIMARY KEY';

/**
 * Reads what a statement does, as the server will read it in the session that runs it: neither ANSI_QUOTES nor
 * NO_BACKSLASH_ESCAPES. What is not plainly one of the things above is refused: it might change rows, or what cannot be
 * seen afterwards.
 */
export function readDeclared(statement: string, changesColumns: boolean): DeclaredStatement | RefusedStatement {
  const { tokens, conditional, complete } = tokensOf(statement, { ansiQuotes: false, backslashEscapes: true });
  if (!complete) return new RefusedStatement('has a quote or comment without an end');
  if (conditional) return new RefusedStatement('has a comment that some versions run (/*! … */): write it without');
  const last = tokens.at(-1);
  const words = new Words(isSign(last, ';') ? tokens.slice(0, -1) : tokens);
  try {
    const declared = words.next('ALTER')
      ? alterTable(words, changesColumns)
      : words.next('CREATE')
        ? createIndex(words)
        : words.next('DROP')
          ? dropIndex(words)
          : refuse(`is none of those that are known: ${ACCEPTED}, ${WITH_COLUMNS}`);
    words.end();
    return declared;
  } catch (error) {
    if (error instanceof RefusedStatement) return error;
    throw error;
  }
}

function alterTable(words: Words, changesColumns: boolean): DeclaredStatement {
  words.expect('TABLE');
  const of = words.table();
  const effects: Effect[] = [];
  do {
    effects.push(...clause(words, changesColumns));
  } while (words.nextSign(','));
  if (effects.length === 0) refuse('changes nothing');
  return { of, effects };
}

function createIndex(words: Words): DeclaredStatement {
  const unique = indexKind(words);
  words.expect('INDEX');
  const name = words.name();
  words.indexType();
  words.expect('ON');
  const of = words.table();
  const effect = indexOver(words, name, unique);
  words.hints();
  return { of, effects: [effect] };
}

function dropIndex(words: Words): DeclaredStatement {
  words.expect('INDEX');
  const name = words.name();
  words.expect('ON');
  const of = words.table();
  words.hints();
  return { of, effects: [{ does: 'dropIndex', name }] };
}

function clause(words: Words, changesColumns: boolean): Effect[] {
  if (words.hint()) return [];
  if (words.next('ENGINE')) return [storageEngine(words)];
  if (words.next('ROW_FORMAT')) return [rowFormat(words)];
  if (words.next('DROP')) return [drop(words, changesColumns)];
  if (words.next('ADD')) return [add(words, changesColumns)];
  if (words.next('MODIFY')) {
    needsColumns(changesColumns, 'MODIFY');
    words.next('COLUMN');
    const name = words.name();
    words.restOfClause();
    return [{ does: 'modifyColumn', name }];
  }
  if (words.next('CHANGE')) {
    needsColumns(changesColumns, 'CHANGE');
    words.next('COLUMN');
    const [from, to] = [words.name(), words.name()];
    words.restOfClause();
    return from.toLowerCase() === to.toLowerCase()
      ? [{ does: 'modifyColumn', name: to }]
      : [{ does: 'renameColumn', from, to }];
  }
  return refuse(`has ${words.shown()}, of which nobody can tell that it does no harm: ${ACCEPTED}, ${WITH_COLUMNS}`);
}

function storageEngine(words: Words): Effect {
  words.nextSign('=');
  if (words.next('INNODB')) return { does: 'toInnoDb' };
  return refuse(`makes the engine ${words.shown()}, which Aurora would undo: it has only InnoDB`);
}

function rowFormat(words: Words): Effect {
  words.nextSign('=');
  if (words.next('DYNAMIC')) return { does: 'toDynamic' };
  return refuse(`makes the row format ${words.shown()}: accepted is DYNAMIC, for Aurora has no compressed tables`);
}

function drop(words: Words, changesColumns: boolean): Effect {
  if (words.next('INDEX') || words.next('KEY')) return { does: 'dropIndex', name: words.name() };
  needsColumns(changesColumns, 'DROP COLUMN');
  for (const other of ['PRIMARY', 'FOREIGN', 'CONSTRAINT', 'CHECK', 'PARTITION', 'SYSTEM', 'PERIOD', 'IF']) {
    if (words.is(other)) refuse(`has DROP ${other}: ${ACCEPTED}, ${WITH_COLUMNS}`);
  }
  words.next('COLUMN');
  if (words.is('IF')) refuse('has IF EXISTS, which MySQL does not know: write it without');
  return { does: 'dropColumn', name: words.name() };
}

function add(words: Words, changesColumns: boolean): Effect {
  const kind = ['UNIQUE', 'FULLTEXT', 'SPATIAL'].find((word) => words.is(word));
  if (kind !== undefined) {
    const unique = indexKind(words);
    if (!words.next('INDEX')) words.next('KEY');
    return namedIndex(words, unique);
  }
  if (words.next('INDEX') || words.next('KEY')) return namedIndex(words, false);
  if (words.next('PRIMARY')) {
    needsColumns(changesColumns, 'ADD PRIMARY KEY');
    words.expect('KEY');
    words.restOfClause();
    return { does: 'addPrimaryKey' };
  }
  for (const other of ['FOREIGN', 'CONSTRAINT', 'CHECK', 'PARTITION', 'SYSTEM', 'PERIOD']) {
    if (words.is(other)) refuse(`has ADD ${other}: ${ACCEPTED}, ${WITH_COLUMNS}`);
  }
  needsColumns(changesColumns, 'ADD COLUMN');
  words.next('COLUMN');
  if (words.is('IF')) refuse('has IF NOT EXISTS, which MySQL does not know: write it without');
  const name = words.name();
  words.restOfClause();
  return { does: 'addColumn', name };
}

/** One that the server names itself would be another one each time. */
function namedIndex(words: Words, unique: boolean): Effect {
  if (words.isSign('(')) refuse('adds an index without a name: give it one');
  const name = words.name();
  words.indexType();
  return indexOver(words, name, unique);
}

function indexKind(words: Words): boolean {
  if (words.next('UNIQUE')) return true;
  if (!words.next('FULLTEXT')) words.next('SPATIAL');
  return false;
}

function indexOver(words: Words, name: string, unique: boolean): Effect {
  const parts = words.indexParts();
  words.indexOptions();
  return { does: 'addIndex', name, unique, ...(parts === undefined ? {} : { parts }) };
}

function needsColumns(changesColumns: boolean, what: string): void {
  if (!changesColumns) {
    refuse(
      `has ${what}, which changes columns: rows and definitions would differ from blue's by it. Declare it with changesColumns if that is meant`,
    );
  }
}

function refuse(reason: string): never {
  throw new RefusedStatement(reason);
}

function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

/** A statement as it is read from its beginning to its end. */
class Words {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  is(word: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  }

  next(word: string): boolean {
    if (!this.is(word)) return false;
    this.at += 1;
    return true;
  }

  isSign(sign: string): boolean {
    return isSign(this.tokens[this.at], sign);
  }

  nextSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.at += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.next(word)) refuse(`has ${this.shown()} where ${word} is expected: ${ACCEPTED}`);
  }

  name(): string {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' && token?.kind !== 'name') return refuse(`has ${this.shown()} where a name is expected`);
    this.at += 1;
    return token.text;
  }

  /** Which database a session is in decides of any other. */
  table(): string {
    const schema = this.name();
    if (!this.nextSign('.')) return refuse(`names ${schema} without its database: write schema.table`);
    return objectName(schema, this.name());
  }

  end(): void {
    if (this.at < this.tokens.length) refuse(`goes on with ${this.shown()}, which is not known: ${ACCEPTED}`);
  }

  /** For an error: no value of the user's is in it. */
  shown(): string {
    const token = this.tokens[this.at];
    if (token === undefined) return 'an end';
    return token.kind === 'text' ? 'a text' : token.text;
  }

  /** How it is done, and not what. */
  hint(): boolean {
    if (!this.next('ALGORITHM') && !this.next('LOCK')) return false;
    this.nextSign('=');
    this.name();
    return true;
  }

  hints(): void {
    while (this.hint());
  }

  indexType(): void {
    if (this.next('USING')) this.name();
  }

  indexOptions(): void {
    for (;;) {
      if (this.next('COMMENT')) this.text();
      else if (this.is('USING')) this.indexType();
      else if (!this.next('VISIBLE')) return;
    }
  }

  /** `undefined` where it has an expression or an order. */
  indexParts(): readonly IndexPart[] | undefined {
    if (!this.nextSign('(')) return refuse(`has ${this.shown()} where the columns of an index are expected`);
    const parts: IndexPart[] = [];
    let comparable = true;
    do {
      if (this.isSign('(')) {
        comparable = false;
        this.parenthesis();
      } else {
        const column = this.name();
        const length = this.nextSign('(') ? Number(this.name()) : undefined;
        if (length !== undefined && !this.nextSign(')')) refuse(`has ${this.shown()} in the columns of an index`);
        parts.push({ column, ...(length === undefined ? {} : { length }) });
      }
      if (this.next('DESC')) comparable = false;
      else this.next('ASC');
    } while (this.nextSign(','));
    if (!this.nextSign(')')) refuse(`has ${this.shown()} in the columns of an index`);
    return comparable ? parts : undefined;
  }

  /** Of a column's definition. A reference or a check of its own would be one more thing that is changed. */
  restOfClause(): void {
    while (this.at < this.tokens.length && !this.isSign(',')) {
      if (this.is('REFERENCES') || this.is('CHECK')) refuse(`has ${this.shown()}: ${ACCEPTED}, ${WITH_COLUMNS}`);
      if (this.is('UNIQUE') || this.is('PRIMARY') || this.is('KEY')) {
        refuse(`has ${this.shown()} within a column: state the index as a clause of its own, with a name`);
      }
      if (this.isSign('(')) this.parenthesis();
      else this.at += 1;
    }
  }

  private text(): void {
    if (this.tokens[this.at]?.kind !== 'text') refuse(`has ${this.shown()} where a text is expected`);
    this.at += 1;
  }

  private parenthesis(): void {
    let depth = 0;
    do {
      if (this.at >= this.tokens.length) refuse('has a parenthesis without an end');
      if (this.isSign('(')) depth += 1;
      if (this.isSign(')')) depth -= 1;
      this.at += 1;
    } while (depth > 0);
  }
}
