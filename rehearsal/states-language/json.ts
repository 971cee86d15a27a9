/** A JSON text as a value: what state machines pass between states, and all that they pass. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** Step Functions counts a payload in bytes of UTF-8, so that an umlaut weighs two. */
export function byteLength(value: Json): number {
  if (typeof value !== 'object' || value === null) return weigh(value);
  const bytes = weighed.get(value) ?? weigh(value);
  weighed.set(value, bytes);
  return bytes;
}

/** Values do not change, and variables are weighed again with every one that is assigned. */
const weighed = new WeakMap<object, number>();

function weigh(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value), 'utf8');
}

/** JSON's own name for a value's type, for messages. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
