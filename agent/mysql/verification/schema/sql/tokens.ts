/** A piece of SQL text as a server writes it. */
export interface Token {
  readonly kind: 'text' | 'name' | 'word' | 'number' | 'bytes' | 'symbol';
  /** Of a text or a quoted name what it says; of a word its lower case. */
  readonly value: string;
  /** As it is written. */
  readonly written: string;
  /** Character set that is put before a text: `_latin1'x'`. */
  readonly introducer?: string;
  readonly start: number;
  readonly end: number;
}

const pieces: readonly (readonly [Token['kind'] | 'nothing', RegExp])[] = [
  // What one version writes for later ones only is part of the definition.
  ['nothing', /\s+|\/\*M?!\d*|\*\/|\/\*[\s\S]*?\*\/|(?:--(?=\s)|#)[^\n]*/y],
  ['bytes', /(?:[xX]'[0-9a-fA-F]*'|0x[0-9a-fA-F]+|[bB]'[01]*'|0b[01]+)(?![\w$])/y],
  ['text', /(?:_[a-zA-Z0-9]+\s*)?'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ['name', /`(?:[^`]|``)*`/y],
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w$\u0080-\uffff])/y],
  ['word', /@{0,2}[\w$\u0080-\uffff]+/y],
  ['symbol', /<=>|->>|->|<<|>>|<=|>=|<>|!=|:=|&&|\|\||[\s\S]/y],
];

/** Splits a text into its pieces, without blanks and comments. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    for (const [kind, pattern] of pieces) {
      pattern.lastIndex = at;
      const written = pattern.exec(sql)?.[0];
      if (written === undefined) continue;
      const end = at + written.length;
      if (kind !== 'nothing') tokens.push({ kind, written, start: at, end, ...meaningOf(kind, written) });
      at = end;
      break;
    }
  }
  return tokens;
}

function meaningOf(kind: Token['kind'], written: string): Pick<Token, 'value' | 'introducer'> {
  if (kind === 'name') return { value: written.slice(1, -1).replaceAll('``', '`') };
  if (kind === 'bytes') return { value: bytes(written) };
  if (kind !== 'text') return { value: kind === 'word' ? written.toLowerCase() : written };
  const quote = written.indexOf("'");
  const introducer = written.slice(0, quote).trim().toLowerCase();
  const value = unescaped(written.slice(quote + 1, -1));
  return introducer === '' ? { value } : { value, introducer };
}

/** `X'0A'`, `0x0a` and `b'1'` in one spelling. */
function bytes(written: string): string {
  const digits = written.slice(2).replace(/'/g, '').toLowerCase();
  return /^[xX0]['x]/.test(written) ? `0x${digits}` : `b'${digits}'`;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', Z: '\x1a', b: '\b' };

function unescaped(text: string): string {
  return text.replace(/''|\\([\s\S])/g, (both, escaped?: string) => {
    if (escaped === undefined) return "'";
    // A pattern keeps its own escapes.
    if (escaped === '%' || escaped === '_') return both;
    return escapes[escaped] ?? escaped;
  });
}

/** Pieces between commas that no parentheses enclose. */
export function splitAtCommas(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.value === '(' && token.kind === 'symbol') depth += 1;
    if (token.value === ')' && token.kind === 'symbol') depth -= 1;
    if (depth === 0 && token.kind === 'symbol' && token.value === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

/** Where the parenthesis that opens at this place is closed. */
export function closing(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'symbol') continue;
    if (token.value === '(') depth += 1;
    if (token.value === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** Of the first such word that no parentheses enclose. */
export function placeOf(tokens: readonly Token[], words: RegExp, from = 0): number | undefined {
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (isSymbol(token, '(')) at = closing(tokens, at);
    // LEFT, RIGHT and the like are functions, too: none of these is.
    else if (token.kind === 'word' && words.test(token.value)) return at;
  }
  return undefined;
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value === word;
}

export function isSymbol(token: Token | undefined, value: string): boolean {
  return token?.kind === 'symbol' && token.value === value;
}

export function made(kind: Token['kind'], value: string): Token {
  return { kind, value, written: value, start: 0, end: 0 };
}

export const OPENING = made('symbol', '(');
export const CLOSING = made('symbol', ')');
