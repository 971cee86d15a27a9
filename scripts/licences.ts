import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const licenceFile = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;

/**
 * The licences of the packages that went into a bundle, as their terms want them passed on. Most state theirs in a file
 * of the package and not in the sources, where a bundler would find it.
 *
 * @param inputs - the files of the bundle, relative to the project
 */
export function licencesOf(project: string, inputs: readonly string[]): string {
  const folders = [...new Set(inputs.flatMap((input) => packageFolder(input) ?? []))].sort();
  return folders.map((folder) => licenceOf(join(project, folder))).join(`\n${'-'.repeat(80)}\n\n`);
}

/** `node_modules/a/node_modules/@b/c/index.js` is of `node_modules/a/node_modules/@b/c`. */
function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenceOf(folder: string): string {
  const manifest: PackageManifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => licenceFile.test(file));
  const title = `${manifest.name} ${manifest.version}, ${manifest.license ?? 'see below'}`;
  return [title, ...texts.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim())]
    .join('\n\n')
    .concat('\n');
}
