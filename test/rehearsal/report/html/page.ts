/** What of a page the tests look at, read off its text. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const VOID = new Set(['meta', 'link']);

const TAG = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g;

/** @throws where an element is not closed, where another one is, and where a `<` begins no element */
export function elementsOf(page: string): Element[] {
  const markup = page.replace(/<style>[\s\S]*?<\/style>/, '<style></style>').replace('<!doctype html>', '');
  const [stray] = /<.{0,40}/.exec(markup.replace(TAG, '')) ?? [];
  if (stray !== undefined) throw new Error(`No element: ${stray}`);
  const open: string[] = [];
  const elements: Element[] = [];
  for (const [, close, name = '', attributes = '', selfClosed] of markup.matchAll(TAG)) {
    if (close) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>.`);
      continue;
    }
    if (!selfClosed && !VOID.has(name)) open.push(name);
    elements.push({ name, attributes: attributesOf(attributes) });
  }
  if (open.length > 0) throw new Error(`Never closed: ${open.join(', ')}.`);
  return elements;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, unescaped(value ?? '')]),
  );
}

/** Rows of all tables, as the text of their cells. */
export function rowsOf(page: string): string[][] {
  return [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textOf(cell)),
  );
}

/** The charts of one layout, each with its id. */
export function chartsOf(page: string, layout: 'wide' | 'middle' | 'narrow'): Map<string, string> {
  const charts = [...page.matchAll(/<svg class="(\w+)"[^>]*aria-labelledby="(\S+)-\w+-title [^>]*>.*?<\/svg>/gs)];
  return new Map(charts.filter(([, name]) => name === layout).map(([svg, , id = '']) => [id, svg]));
}

export function textOf(markup: string): string {
  return unescaped(markup.replace(/<[^>]*>/g, ''));
}

export function unescaped(text: string): string {
  const characters: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => characters[name] ?? whole);
}
