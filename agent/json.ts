/** `undefined` where it is none: what V8 says of a secret that is no JSON has a piece of it. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
