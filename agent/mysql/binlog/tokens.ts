export interface Token {
  /** `word`: a keyword, a name without quotes or a number. `name`: in quotes, without them. */
  readonly kind: 'word' | 'name' | 'text' | 'sign';
  readonly text: string;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Whether a part of it stands in a comment that some versions run. It is among the tokens. */
  readonly conditional: boolean;
  /** Whether every quote and comment has its end. */
  readonly complete: boolean;
}

/** What quotes and backslashes mean. */
export interface Quoting {
  readonly ansiQuotes: boolean;
  readonly backslashEscapes: boolean;
}

const PATTERNS = {
  blank: /[\s\0]+/y,
  comment: /(?:#|--(?=[\s\p{Cc}]|$))[^\n]*/uy,
  conditional: /\/\*M?!\d*/y,
  enclosed: /\/\*.*?\*\//sy,
  endOfConditional: /\*\//y,
  name: /`((?:[^`]|``)*)`/y,
  ansiName: /"((?:[^"]|"")*)"/y,
  escapedText: /'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"/sy,
  plainText: /'(?:[^']|'')*'|"(?:[^"]|"")*"/y,
  word: /[\w$\u0080-\uffff]+/y,
} as const;

/** Cuts a statement into what MySQL and MariaDB read of it. */
export function tokensOf(text: string, { ansiQuotes, backslashEscapes }: Quoting): Tokens {
  const tokens: Token[] = [];
  let conditional = false;
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  const literal = backslashEscapes ? PATTERNS.escapedText : PATTERNS.plainText;
  while (at < text.length) {
    if (next(PATTERNS.blank) !== undefined || next(PATTERNS.comment) !== undefined) continue;
    if (next(PATTERNS.conditional) !== undefined) {
      conditional = true;
      continue;
    }
    if (next(PATTERNS.enclosed) !== undefined || next(PATTERNS.endOfConditional) !== undefined) continue;
    const name = next(PATTERNS.name) ?? (ansiQuotes ? next(PATTERNS.ansiName) : undefined);
    if (name !== undefined) {
      const quote = name[0].charAt(0);
      tokens.push({ kind: 'name', text: (name[1] ?? '').replaceAll(quote + quote, quote) });
      continue;
    }
    const word = next(PATTERNS.word);
    if (word !== undefined) {
      tokens.push({ kind: 'word', text: word[0] });
      continue;
    }
    const value = next(literal);
    if (value !== undefined) {
      tokens.push({ kind: 'text', text: value[0] });
      continue;
    }
    const sign = text.charAt(at);
    if (/['"`]/.test(sign) || text.startsWith('/*', at)) return { tokens, conditional, complete: false };
    tokens.push({ kind: 'sign', text: sign });
    at += 1;
  }
  return { tokens, conditional, complete: true };
}
