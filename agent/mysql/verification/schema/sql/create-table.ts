import { closing, splitAtCommas, type Token, tokensOf } from './tokens';

/** What SHOW CREATE TABLE says and information_schema does not, or not in full. */
export interface TableStatement {
  readonly columns: ReadonlyMap<string, ColumnClauses>;
  readonly indexes: ReadonlyMap<string, IndexClauses>;
  readonly checks: readonly CheckClause[];
  /** Periods and what a later version brings. Not foreign keys, which information_schema has in full. */
  readonly others: readonly (readonly Token[])[];
  /** All of it, but for the next value of AUTO_INCREMENT. */
  readonly text: string;
}

export interface ColumnClauses {
  /** Absent where the column has none, which is another thing than NULL. */
  readonly default?: readonly Token[];
  readonly onUpdate: readonly Token[];
  readonly generated: readonly Token[];
  /** Of the column by itself, as MariaDB has it. */
  readonly check: readonly Token[];
  /** The words that are left: AUTO_INCREMENT, STORED, INVISIBLE, SRID and what a later version brings. */
  readonly attributes: readonly Token[];
}

export interface IndexClauses {
  /** UNIQUE, FULLTEXT, PRIMARY and the like. */
  readonly kind: readonly Token[];
  /** Each column or expression, with its length and direction. */
  readonly parts: readonly (readonly Token[])[];
  readonly options: readonly Token[];
}

export interface CheckClause {
  readonly name: string;
  readonly expression: readonly Token[];
  readonly enforced: boolean;
}

export function parseCreateTable(sql: string): TableStatement {
  const tokens = tokensOf(sql);
  const opening = tokens.findIndex(({ value, kind }) => kind === 'symbol' && value === '(');
  const columns = new Map<string, ColumnClauses>();
  const indexes = new Map<string, IndexClauses>();
  const checks: CheckClause[] = [];
  const others: (readonly Token[])[] = [];
  for (const item of splitAtCommas(tokens.slice(opening + 1, closing(tokens, opening)))) {
    const [first] = item;
    if (first?.kind === 'name') columns.set(first.value, columnClauses(item));
    else if (isCheck(item)) checks.push(checkClause(item));
    else if (item.some(({ value, kind }) => kind === 'word' && value === 'foreign')) continue;
    else if (item.some(({ value, kind }) => kind === 'word' && value === 'key')) indexes.set(...indexClauses(item));
    else others.push(item);
  }
  return { columns, indexes, checks, others, text: inAnyOrder(sql.replace(/ AUTO_INCREMENT=\d+/, '')) };
}

/** Keys and constraints stand in the order in which they were made; the place of columns is said by itself. */
function inAnyOrder(sql: string): string {
  return sql
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .sort()
    .join('\n');
}

function columnClauses(item: readonly Token[]): ColumnClauses {
  const clauses = {
    onUpdate: [] as Token[],
    generated: [] as Token[],
    check: [] as Token[],
    attributes: [] as Token[],
  };
  let preset: readonly Token[] | undefined;
  // Name, type, and what belongs to the type in parentheses: information_schema has them.
  let at = enclosed(item, 2) + (isSymbol(item[2], '(') ? 1 : 0);
  while (at < item.length) {
    const token = item[at];
    const word = token?.kind === 'word' ? token.value : '';
    if (word === 'default') {
      const end = operandEnd(item, at + 1);
      preset = item.slice(at + 1, end);
      at = end;
    } else if (word === 'on') {
      const end = operandEnd(item, at + 2);
      clauses.onUpdate = item.slice(at + 2, end);
      at = end;
    } else if (word === 'as' || word === 'check') {
      const end = enclosed(item, at + 1);
      if (word === 'as') clauses.generated = item.slice(at + 2, end);
      else clauses.check = item.slice(at + 2, end);
      at = end + 1;
    } else if (word === 'character' || word === 'charset' || word === 'collate' || word === 'comment') {
      at += word === 'character' ? 3 : 2;
    } else {
      if (token !== undefined && !KNOWN_ELSEWHERE.has(word)) clauses.attributes.push(token);
      at += 1;
    }
  }
  return { ...clauses, ...(preset === undefined ? {} : { default: preset }) };
}

/** Parts of the type, and words that say nothing or what information_schema says. */
const KNOWN_ELSEWHERE: ReadonlySet<string> = new Set([
  'unsigned',
  'zerofill',
  'not',
  'null',
  'generated',
  'always',
  'precision',
]);

/** A literal with its sign, a word, a call, or what stands in parentheses. */
function operandEnd(item: readonly Token[], start: number): number {
  let at = start;
  if (isSymbol(item[at], '-') || isSymbol(item[at], '+')) at += 1;
  if (isSymbol(item[at], '(')) return enclosed(item, at) + 1;
  at += 1;
  while (isSymbol(item[at], '.')) at += 2;
  return isSymbol(item[at], '(') ? enclosed(item, at) + 1 : at;
}

function enclosed(item: readonly Token[], opening: number): number {
  return isSymbol(item[opening], '(') ? closing(item, opening) : opening;
}

function isSymbol(token: Token | undefined, value: string): boolean {
  return token?.kind === 'symbol' && token.value === value;
}

function isCheck(item: readonly Token[]): boolean {
  const [first, , third] = item;
  return (
    first?.value === 'check' || (first?.value === 'constraint' && third?.kind === 'word' && third.value === 'check')
  );
}

function checkClause(item: readonly Token[]): CheckClause {
  const opening = item.findIndex((token) => isSymbol(token, '('));
  const end = closing(item, opening);
  const name = item[0]?.value === 'constraint' ? (item[1]?.value ?? '') : '';
  return {
    name,
    expression: item.slice(opening + 1, end),
    enforced: !item.slice(end).some(({ value }) => value === 'enforced'),
  };
}

function indexClauses(item: readonly Token[]): [string, IndexClauses] {
  const opening = item.findIndex((token) => isSymbol(token, '('));
  const end = closing(item, opening);
  const before = item.slice(0, opening);
  const name = before.find(({ kind }) => kind === 'name')?.value ?? 'PRIMARY';
  const kind = before.filter((token) => token.kind === 'word');
  return [name, { kind, parts: splitAtCommas(item.slice(opening + 1, end)), options: item.slice(end + 1) }];
}
