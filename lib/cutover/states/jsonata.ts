/**
 * JSONata, or text for it, that is laid out in lines in the source and rendered in one: a line break and the indentation
 * after it are one blank, at both ends nothing. What is interpolated stays as it is.
 */
export function jsonata(texts: TemplateStringsArray, ...parts: readonly (string | number | boolean)[]): string {
  return texts
    .map((text, index) => {
      const opened = index === 0 ? text.replace(/^\n */, '') : text;
      const closed = index === texts.length - 1 ? opened.replace(/\n *$/, '') : opened;
      return `${closed.replace(/\n */g, ' ')}${parts[index] ?? ''}`;
    })
    .join('');
}
