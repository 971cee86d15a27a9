import { CLOSING, closing, isSymbol, isWord, made, OPENING, placeOf, splitAtCommas, type Token } from './tokens';
import { united } from './united-queries';

const CONCERNED = /^(union|intersect|except|window|with)$/;

/**
 * One shape for a query that MySQL and MariaDB print in two: MariaDB prints a named window where it is used, the columns of a
 * WITH as names of what is selected, and a query in parentheses as one in FROM.
 */
export function oneShape(tokens: readonly Token[]): readonly Token[] {
  return tokens.some(({ kind, value }) => kind === 'word' && CONCERNED.test(value)) ? shaped(tokens) : tokens;
}

function shaped(tokens: readonly Token[]): readonly Token[] {
  return united(withoutNamedWindows(withNamedColumns(eachGroup(tokens, shaped))));
}

/** The same with what stands in parentheses replaced. */
function eachGroup(tokens: readonly Token[], by: (inner: readonly Token[]) => readonly Token[]): readonly Token[] {
  const all: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    all.push(token);
    if (!isSymbol(token, '(')) continue;
    const end = closing(tokens, at);
    all.push(...by(tokens.slice(at + 1, end)), ...tokens.slice(end, end + 1));
    at = end;
  }
  return all;
}

/** `WITH q (x) AS (SELECT a …)` as `WITH q AS (SELECT a AS x …)`. */
function withNamedColumns(tokens: readonly Token[]): readonly Token[] {
  if (!isWord(tokens[0], 'with')) return tokens;
  let at = isWord(tokens[1], 'recursive') ? 2 : 1;
  const all = tokens.slice(0, at);
  for (;;) {
    const name = tokens[at];
    const columns = isSymbol(tokens[at + 1], '(') ? closing(tokens, at + 1) : at;
    const opening = columns + 2;
    if (name === undefined || !isWord(tokens[columns + 1], 'as') || !isSymbol(tokens[opening], '(')) return tokens;
    const end = closing(tokens, opening);
    const names = columns === at ? [] : splitAtCommas(tokens.slice(at + 2, columns)).map(([column]) => column as Token);
    all.push(named(name), ...tokens.slice(columns + 1, opening + 1));
    all.push(...renamed(tokens.slice(opening + 1, end), names), ...tokens.slice(end, end + 1));
    at = end + 1;
    if (!isSymbol(tokens[at], ',')) return [...all, ...tokens.slice(at)];
    all.push(tokens[at] as Token);
    at += 1;
  }
}

function named(token: Token): Token {
  return token.kind === 'name' ? token : { ...token, kind: 'name', value: token.written };
}

/** What a query selects, under these names. */
function renamed(query: readonly Token[], names: readonly Token[]): readonly Token[] {
  if (names.length === 0 || !isWord(query[0], 'select')) return query;
  const begin = isWord(query[1], 'distinct') ? 2 : 1;
  const end = placeOf(query, /^(from|where|union|intersect|except|order|limit)$/) ?? query.length;
  const items = splitAtCommas(query.slice(begin, end));
  if (items.length !== names.length) return query;
  const list = items.flatMap((item, place) => {
    const own = isWord(item.at(-2), 'as') ? item.slice(0, -2) : item;
    return [...(place === 0 ? [] : [COMMA]), ...own, AS, named(names[place] as Token)];
  });
  return [...query.slice(0, begin), ...list, ...query.slice(end)];
}

function withoutNamedWindows(tokens: readonly Token[]): readonly Token[] {
  const begin = placeOf(tokens, /^window$/);
  if (begin === undefined) return tokens;
  const windows = new Map<string, readonly Token[]>();
  let at = begin + 1;
  for (;;) {
    const [name, as, opening] = tokens.slice(at, at + 3);
    if (name === undefined || !isWord(as, 'as') || !isSymbol(opening, '(')) return tokens;
    const end = closing(tokens, at + 2);
    windows.set(name.value, inPlace(tokens.slice(at + 3, end), windows));
    at = end + 1;
    if (!isSymbol(tokens[at], ',')) break;
    at += 1;
  }
  return whereUsed([...tokens.slice(0, begin), ...tokens.slice(at)], windows);
}

/** A window that begins with another's name is that one, and more. */
function inPlace(window: readonly Token[], windows: ReadonlyMap<string, readonly Token[]>): readonly Token[] {
  const known = window[0]?.kind === 'name' || window[0]?.kind === 'word' ? windows.get(window[0].value) : undefined;
  return known === undefined ? window : [...known, ...window.slice(1)];
}

function whereUsed(tokens: readonly Token[], windows: ReadonlyMap<string, readonly Token[]>): readonly Token[] {
  return tokens.flatMap((token, at) => {
    const [before, second] = [tokens[at - 1], tokens[at - 2]];
    const window = token.kind === 'name' || token.kind === 'word' ? windows.get(token.value) : undefined;
    if (window === undefined) return [token];
    if (isWord(before, 'over')) return [OPENING, ...window, CLOSING];
    return isSymbol(before, '(') && isWord(second, 'over') ? window : [token];
  });
}

const COMMA = made('symbol', ',');
const AS = made('word', 'as');
