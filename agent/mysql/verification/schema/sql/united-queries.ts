import { CLOSING, closing, isSymbol, isWord, OPENING, placeOf, splitAtCommas, type Token } from './tokens';

/** A query, or several that an operator joins. */
type Query = readonly Token[] | Joined;

interface Joined {
  /** UNION, INTERSECT, EXCEPT, with ALL where it stands there. */
  readonly operator: readonly Token[];
  readonly queries: readonly Query[];
}

const OPERATOR = /^(union|intersect|except)$/;
/** What stands behind the last query, and is of all of them. */
const OF_ALL = /^(order|limit|for|lock)$/;

/** Queries that are joined, with as many parentheses as what they say needs: each engine sets its own. */
export function united(tokens: readonly Token[]): readonly Token[] {
  if (placeOf(tokens, OPERATOR) === undefined) return tokens;
  const begin = afterWith(tokens);
  const last = lastOperator(tokens);
  const tail = placeOf(tokens, OF_ALL, last) ?? tokens.length;
  return [...tokens.slice(0, begin), ...written(queryOf(tokens.slice(begin, tail))), ...tokens.slice(tail)];
}

function afterWith(tokens: readonly Token[]): number {
  return isWord(tokens[0], 'with') ? (placeOf(tokens, /^select$/) ?? 0) : 0;
}

function lastOperator(tokens: readonly Token[]): number {
  let last = 0;
  for (let at = placeOf(tokens, OPERATOR); at !== undefined; at = placeOf(tokens, OPERATOR, at + 1)) last = at;
  return last;
}

/** INTERSECT binds more tightly than the others, which are joined from the left. */
function queryOf(tokens: readonly Token[]): Query {
  const queries: Query[] = [];
  const operators: (readonly Token[])[] = [];
  for (let at = 0; ; ) {
    const end = placeOf(tokens, OPERATOR, at) ?? tokens.length;
    const query = inParentheses(tokens.slice(at, end));
    const operator = operators.at(-1);
    if (isWord(operator?.[0], 'intersect') && operator !== undefined) {
      operators.pop();
      queries.push(join(queries.pop() ?? [], operator, query));
    } else queries.push(query);
    if (end === tokens.length) break;
    const length = isWord(tokens[end + 1], 'all') || isWord(tokens[end + 1], 'distinct') ? 2 : 1;
    operators.push(tokens.slice(end, end + length).filter((token) => !isWord(token, 'distinct')));
    at = end + length;
  }
  return queries.slice(1).reduce((left, right, place) => join(left, operators[place] ?? [], right), queries[0] ?? []);
}

/** One that has no order and no limit of its own needs no parentheses. MariaDB selects from it, by a name of its own. */
function inParentheses(tokens: readonly Token[]): Query {
  const inner =
    isSymbol(tokens[0], '(') && closing(tokens, 0) === tokens.length - 1 ? tokens.slice(1, -1) : from(tokens);
  if (inner === undefined || isWord(inner[0], 'with') || placeOf(inner, OF_ALL) !== undefined) return tokens;
  return queryOf(inner);
}

function from(tokens: readonly Token[]): readonly Token[] | undefined {
  const at = placeOf(tokens, /^from$/);
  const own = tokens.at(-1);
  if (at === undefined || own?.kind !== 'name' || !/^__\d+$/.test(own.value)) return undefined;
  if (!isSymbol(tokens[at + 1], '(') || closing(tokens, at + 1) !== tokens.length - 2) return undefined;
  const columns = splitAtCommas(tokens.slice(1, at));
  const all = columns.every(([table, dot, column, , alias], place) => {
    const isOwn = table?.value === own.value && dot?.value === '.' && columns[place]?.length === 5;
    return isOwn && column?.value === alias?.value;
  });
  return all ? tokens.slice(at + 2, -2) : undefined;
}

/** UNION drops what is there twice, of whatever was joined by UNION ALL before. */
function join(left: Query, operator: readonly Token[], right: Query): Joined {
  const isExcept = isWord(operator[0], 'except');
  const parts = (query: Query): readonly Query[] => {
    if (!isJoined(query)) return [query];
    const same = spelt(query.operator) === spelt(operator);
    return same || (spelt(operator) === 'union' && isWord(query.operator[0], 'union')) ? query.queries : [query];
  };
  return { operator, queries: [...parts(left), ...(isExcept ? [right] : parts(right))] };
}

function isJoined(query: Query): query is Joined {
  return 'operator' in query;
}

function spelt(operator: readonly Token[]): string {
  return operator.map(({ value }) => value).join(' ');
}

function written(query: Query): readonly Token[] {
  if (!isJoined(query)) return query;
  return query.queries.flatMap((each, place) => [
    ...(place === 0 ? [] : query.operator),
    ...(isJoined(each) ? [OPENING, ...written(each), CLOSING] : each),
  ]);
}
