/** Names that need no quotes to be told apart once they are joined by dots. */
const PLAIN = /^[\w$\u0080-\uffff-]+$/;

/** `schema.table` and the like, as it is reported. What could be mistaken for another is quoted: `` a.`b.c` ``. */
export function objectName(...parts: readonly string[]): string {
  return parts.map((part) => (PLAIN.test(part) ? part : `\`${part.replaceAll('`', '``')}\``)).join('.');
}
