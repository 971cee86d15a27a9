import { type BothNames, onlyOn } from './named-difference';

/** Which rows differ, by key: a row's digest on each side. */
export function compareRows(
  { from, to }: BothNames,
  mine: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): { readonly key: string; readonly difference: string }[] {
  const differences: { key: string; difference: string }[] = [];
  for (const [key, digest] of mine) {
    const other = theirs.get(key);
    if (other === undefined) differences.push({ key, difference: onlyOn(from) });
    else if (other !== digest) differences.push({ key, difference: 'differs' });
  }
  for (const key of theirs.keys()) {
    if (!mine.has(key)) differences.push({ key, difference: onlyOn(to) });
  }
  return differences;
}
