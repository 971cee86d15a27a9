/** A name in a statement: table, column, index. */
export function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** A text in a statement, whatever sql_mode says of backslashes. */
export function textLiteral(text: string): string {
  return text === '' ? "''" : `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`;
}
