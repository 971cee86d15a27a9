import { tokensOf } from '../binlog/tokens';
import { ACCEPTED, isSign, RefusedStatement, refuse, WITH_COLUMNS, Words } from './statement-words';
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
