import type { Binding } from '../../contract/batch';

/** Puts the texts that only the deploy knows into their places. */
export function bind(value: unknown, texts: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => bind(each, texts));
  if (typeof value !== 'object' || value === null) return value;
  if (isBinding(value)) return textOf(value, texts);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, bind(each, texts)]));
}

function isBinding(value: object): value is Binding {
  const names = Object.keys(value);
  return names.length === 1 && names[0] === 'binding' && typeof (value as Binding).binding === 'number';
}

function textOf({ binding }: Binding, texts: readonly string[]): string {
  const text = texts[binding];
  if (text === undefined)
    throw new Error(`The deploy brought ${texts.length} texts, and text ${binding} is asked for.`);
  return text;
}
