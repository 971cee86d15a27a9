/** Servers log a statement with its comments: what the agent ran is told from what others ran. */
const MARK = '/* cutover-agent: converting replica */';

export function ownStatement(statement: string): string {
  return `${MARK} ${statement}`;
}

export function isOwnStatement(text: string): boolean {
  return text.startsWith(MARK);
}
