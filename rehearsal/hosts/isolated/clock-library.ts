import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from '../../engines/engine';
import { cacheFolder, fetchedPackages } from '../../engines/fetched-packages';
import { CLOCK_SOURCE } from './clock-source';

const run = promisify(execFile);

/** A C compiler of a quarter of a megabyte, for machines that have none. */
const TCC = {
  title: 'Tiny C Compiler 0.9.27',
  name: 'tcc-0.9.27-bookworm',
  suite: 'bookworm',
  packages: ['tcc'],
  megabytes: 1,
};

/** The library that gives a host's programs their clock; made at first use, beside the engines. */
export async function clockLibrary(): Promise<string> {
  const digest = createHash('sha256').update(CLOCK_SOURCE).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `host-clock-${process.arch}`);
  const library = join(folder, `${digest}.so`);
  if (existsSync(library)) return library;
  await mkdir(folder, { recursive: true });
  // Several rehearsals may make it at once: the last rename wins, and what all made is the same.
  const made = join(folder, `${digest}-${process.pid}`);
  await writeFile(`${made}.c`, CLOCK_SOURCE);
  const { file, args } = await compiler();
  await run(file, [...args, '-shared', '-fPIC', '-o', `${made}.so`, `${made}.c`]);
  await rename(`${made}.c`, join(folder, `${digest}.c`));
  await rename(`${made}.so`, library);
  return library;
}

async function compiler(): Promise<Pick<Command, 'file' | 'args'>> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'cc');
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return { file, args: [] };
  }
  const folder = await fetchedPackages(TCC);
  const [triplet = ''] = await readdir(join(folder, 'usr/lib'));
  return { file: join(folder, 'usr/bin/tcc'), args: [`-B${join(folder, 'usr/lib', triplet, 'tcc')}`, '-nostdlib'] };
}
