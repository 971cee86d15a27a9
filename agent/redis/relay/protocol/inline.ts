/**
 * Splits an inline command as `sdssplitargs` of Redis does (src/sds.c). Undefined where quotes are unbalanced, which
 * the server answers with a protocol error.
 */
export function splitInline(line: Buffer): Buffer[] | undefined {
  const text = line.toString('latin1').replace(/\r?\n$/, '');
  const words: Buffer[] = [];
  let i = 0;
  for (;;) {
    while (i < text.length && /[\s\0]/.test(text[i] ?? '')) i += 1;
    if (i >= text.length) return words;
    let word = '';
    while (i < text.length && !/[\s\0]/.test(text[i] ?? '')) {
      const quote = text[i] ?? '';
      if (quote !== '"' && quote !== "'") {
        word += quote;
        i += 1;
        continue;
      }
      const quoted = quote === '"' ? /"((?:\\.|[^"\\])*)"(?=\s|$)/sy : /'((?:\\'|[^'])*)'(?=\s|$)/sy;
      quoted.lastIndex = i;
      const found = quoted.exec(text);
      if (found === null) return undefined;
      word += quote === '"' ? unescaped(found[1] ?? '') : (found[1] ?? '').replaceAll("\\'", "'");
      i = quoted.lastIndex;
    }
    words.push(Buffer.from(word, 'latin1'));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/gs, (_all, hex?: string, char?: string) =>
    hex === undefined ? (ESCAPES[char ?? ''] ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
