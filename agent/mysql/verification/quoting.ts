/** A name in a statement: table, column, index. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
