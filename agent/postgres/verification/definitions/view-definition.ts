/**
 * From 16 on, a view of one relation is printed without that relation's name before its columns, and until then with it.
 * Everything else is printed in one way, so that the name is taken off here where no other relation stands beside it.
 *
 * @see https://git.postgresql.org/gitweb/?p=postgresql.git;a=commit;h=47bb9db75996232ea71fc1e1888ffb0e70579b54
 */
export function viewDefinition(sql: string): string {
  const tokens = tokensOf(sql);
  const alias = onlyRelation(tokens);
  return (alias === undefined ? tokens : withoutPrefix(tokens, alias)).join(' ');
}

/** Texts, quoted names, words and numbers, casts, and single signs. */
const TOKEN = /[eE]?'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$\u0080-\uffff]+|::|\S/g;

function tokensOf(sql: string): string[] {
  return sql.match(TOKEN) ?? [];
}

const AFTER_FROM = /^(WHERE|GROUP|HAVING|WINDOW|ORDER|LIMIT|OFFSET|FETCH|FOR|;)$/;
const SET_OPERATION = /^(UNION|INTERSECT|EXCEPT)$/;
const isName = (token: string | undefined): boolean => token !== undefined && /^["\w\u0080-\uffff]/.test(token);

/** The name by which the one relation of the outermost query is known; `undefined` where there are none or several. */
function onlyRelation(tokens: readonly string[]): string | undefined {
  const outer = outermost(tokens);
  if (outer.some(({ token }) => SET_OPERATION.test(token))) return undefined;
  const from = outer.findIndex(({ token }) => token === 'FROM');
  if (from < 0) return undefined;
  const rest = outer.slice(from + 1);
  const end = rest.findIndex(({ token }) => AFTER_FROM.test(token));
  const source = rest.slice(0, end < 0 ? undefined : end).map(({ token }) => token);
  // Of what is joined only the parentheses are left.
  if (source.includes(',') || source.some((token) => token === 'JOIN')) return undefined;
  const first = rest[0];
  if (first?.token === '(' && !isQuery(tokens, first.at)) return undefined;
  const names = source.filter((token) => isName(token) && !/^(ONLY|LATERAL|AS)$/.test(token));
  return source.at(-1) === ')' && source.length === 2 ? undefined : lastName(source, names);
}

/** `public.t`, `public.t alias`, `f(x) alias(a, b)`, `(SELECT …) alias`. */
function lastName(source: readonly string[], names: readonly string[]): string | undefined {
  const sampled = source.indexOf('TABLESAMPLE');
  const until = sampled < 0 ? source : source.slice(0, sampled);
  return names.filter((name) => until.includes(name)).at(-1);
}

/** Tokens that no parentheses enclose, and the parentheses themselves. */
function outermost(tokens: readonly string[]): { readonly token: string; readonly at: number }[] {
  const outer: { token: string; at: number }[] = [];
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token === ')') depth -= 1;
    if (depth === 0) outer.push({ token, at });
    if (token === '(') depth += 1;
  }
  return outer;
}

function isQuery(tokens: readonly string[], opening: number): boolean {
  return /^(SELECT|WITH|VALUES)$/.test(tokens[opening + 1] ?? '');
}

/** Queries inside the query are printed with the name by every version. */
function withoutPrefix(tokens: readonly string[], alias: string): string[] {
  const kept: string[] = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (token === '(' && isQuery(tokens, at)) {
      const end = closing(tokens, at);
      kept.push(...tokens.slice(at, end));
      at = end - 1;
      depth -= 1;
    } else if (isPrefix(tokens, at, alias) && !(depth === 0 && tokens[at - 1] === 'FROM')) at += 1;
    else kept.push(token);
  }
  return kept;
}

/** Not of a schema's name that is the same: before a type, a function or a collation. */
function isPrefix(tokens: readonly string[], at: number, alias: string): boolean {
  const [before, dot, column, after] = [tokens[at - 1] ?? '', tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  return (
    tokens[at] === alias &&
    dot === '.' &&
    isName(column) &&
    after !== '(' &&
    after !== '.' &&
    !/^(\.|::|COLLATE|ONLY|AS)$/.test(before)
  );
}

function closing(tokens: readonly string[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at += 1) {
    if (tokens[at] === '(') depth += 1;
    if (tokens[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

/** Texts, quoted names, and what is looked for outside of them. */
const NO_INDENT = /'(?:[^']|'')*'|"(?:[^"]|"")*"| NO INDENT(?=\))/g;

/**
 * From 16 on, XMLSERIALIZE says so where it does not indent, as it never did before.
 *
 * @see https://www.postgresql.org/docs/16/release-16.html
 */
export function withoutNoIndent(sql: string): string {
  return sql.includes(' NO INDENT)') ? sql.replace(NO_INDENT, (found) => (found === ' NO INDENT' ? '' : found)) : sql;
}
