import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ANY = /^(?:import|export)\b[^'";]*?from '(\.[^']*)'|^import '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm;
const OF_VALUES = /^(?:import|export) (?!type)[^'";]*?from '(\.[^']*)'|^import '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm;

/** The files of the project that a file imports. Paths are from the folder that the process runs in. */
export function importsOf(file: string, of: 'values' | 'values and types'): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(of === 'values' ? OF_VALUES : ANY)].flatMap(([, ...paths]) => {
    // What is imported on demand is called as it would be once compiled.
    const path = join(dirname(file), (paths.find((each) => each !== undefined) ?? '').replace(/\.js$/, ''));
    return [`${path}.ts`, join(path, 'index.ts')].filter((each) => existsSync(each)).slice(0, 1);
  });
}
