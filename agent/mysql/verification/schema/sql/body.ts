import { closing, type Token, tokensOf } from './tokens';

/**
 * What a user wrote, out of the statement that a server shows. The columns of information_schema have it with its quotes
 * doubled, halved or taken off, by version.
 */
export function queryOfView(statement: string): { readonly algorithm: string; readonly query: string } {
  const tokens = tokensOf(statement);
  const algorithm = tokens[indexOf(tokens, 'algorithm') + 2]?.written ?? '';
  return { algorithm, query: after(statement, tokens[indexOf(tokens, 'as')]) };
}

/** Behind FOR EACH ROW, and whom it follows. */
export function bodyOfTrigger(statement: string): string {
  const tokens = tokensOf(statement);
  const row = indexOf(tokens, 'row', indexOf(tokens, 'each'));
  const ordered = /^(follows|precedes)$/.test(tokens[row + 1]?.value ?? '');
  return after(statement, tokens[ordered ? row + 2 : row]);
}

export function bodyOfEvent(statement: string): string {
  const tokens = tokensOf(statement);
  return after(statement, tokens[indexOf(tokens, 'do', indexOf(tokens, 'schedule'))]);
}

/** Behind the parameters, the rest of that line (RETURNS …), and the lines of characteristics, which the server indents. */
export function bodyOfRoutine(statement: string): string {
  const tokens = tokensOf(statement);
  const opening = tokens.findIndex(({ kind, value }) => kind === 'symbol' && value === '(');
  const rest = statement.slice(tokens[closing(tokens, opening)]?.end ?? statement.length);
  return rest.replace(/^ *(RETURNS [^\n]*)?\n?( {4}[^\n]*\n)*/, '').trim();
}

function indexOf(tokens: readonly Token[], word: string, from = 0): number {
  return tokens.findIndex(({ kind, value }, at) => at >= from && kind === 'word' && value === word);
}

function after(statement: string, token: Token | undefined): string {
  return token === undefined ? '' : statement.slice(token.end).trim();
}
