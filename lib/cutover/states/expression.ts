/** A JSONata expression as a state machine's field: no blank may stand before the opening brace, or AWS takes it for text. */
export function expression(jsonata: string): string {
  return `{% ${jsonata.trim().replaceAll(/\s*\n\s*/g, ' ')} %}`;
}

/** A value as a JSONata string literal. Tokens keep their markers and are filled in by CloudFormation. */
export function literal(value: string): string {
  // JSONata knows no \' : its escapes are JSON's.
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", '\\u0027')}'`;
}
