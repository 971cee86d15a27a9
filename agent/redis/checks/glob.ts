/** One character of a key, as a pattern takes it. */
type Matches = (character: string) => boolean;

const ANY = Symbol('any number of characters');

/**
 * Whether keys match a pattern, as the servers' MATCH has it (`stringmatchlen` of src/util.c): `*`, `?`, `[a-z]`, `[^a]`, and
 * what follows a backslash as it is. Keys and pattern are one character a byte.
 */
export class Glob {
  private readonly parts: readonly (Matches | typeof ANY)[];

  constructor(pattern: string) {
    this.parts = partsOf(pattern);
  }

  /** Goes back to the last `*` alone: its time is the product of both lengths at most. */
  matches(key: string): boolean {
    const { parts } = this;
    let [at, part] = [0, 0];
    let [starAt, starPart] = [0, -1];
    while (at < key.length) {
      const wanted = parts[part];
      if (wanted === ANY) {
        [starAt, starPart] = [at, part];
        part += 1;
      } else if (wanted?.(key[at] ?? '')) {
        at += 1;
        part += 1;
      } else if (starPart >= 0) {
        starAt += 1;
        at = starAt;
        part = starPart + 1;
      } else {
        return false;
      }
    }
    return parts.slice(part).every((rest) => rest === ANY);
  }
}

function partsOf(pattern: string): (Matches | typeof ANY)[] {
  const parts: (Matches | typeof ANY)[] = [];
  for (const [text] of pattern.matchAll(/\\[\s\S]|\[(?:\\[\s\S]|[^\\\]])*(?:\]|$)|[\s\S]/g)) {
    if (text === '*') parts.push(ANY);
    else if (text === '?') parts.push(() => true);
    else if (text.startsWith('[')) parts.push(oneOf(text.slice(1).replace(/\]$/, '')));
    else parts.push(same(text.length === 2 ? text.slice(1) : text));
  }
  return parts;
}

const same =
  (wanted: string): Matches =>
  (character) =>
    character === wanted;

function oneOf(text: string): Matches {
  const isNot = text.startsWith('^');
  const ranges = [...text.slice(isNot ? 1 : 0).matchAll(/\\([\s\S])|([\s\S])-([\s\S])|([\s\S])/g)].map(
    ([, escaped, from, to, single]) => {
      const [one = '', other = ''] = [escaped ?? from ?? single, escaped ?? to ?? single];
      return one <= other ? [one, other] : [other, one];
    },
  );
  return (character) => ranges.some(([from = '', to = '']) => character >= from && character <= to) !== isNot;
}
