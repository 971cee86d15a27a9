/** Text that is markup already; anything else is escaped where it is put in. */
export class Markup {
  constructor(readonly text: string) {}
}

/** `undefined` and `false` are nothing, so that a part can be left out where it stands. */
export type Part = Markup | string | number | undefined | false | readonly Part[];

/**
 * HTML or SVG with everything escaped that is put into it, for content and quoted attributes alike. Names and errors
 * come from the user's own app and servers: none of them may become markup.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + rendered(parts[index])).join(''));
}

function rendered(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  return part.map(rendered).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * What HTML does not allow, and what would turn round the text after it, is shown as replaced, not dropped: nobody
 * should see a name that is not there.
 */
function escaped(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Surrogate}|\p{Bidi_Control}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
