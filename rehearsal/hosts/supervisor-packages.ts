import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Command } from '../engines/engine';
import { commandsIn, fetchedPackages } from '../engines/fetched-packages';

/** supervisord and its command line. */
export interface Supervisor {
  readonly daemon: Command;
  readonly control: Command;
}

/** Supervisor with a Python of its own, so that the machine need have none. */
const PACKAGES = {
  title: 'Supervisor 4.2',
  name: 'supervisor-4.2-bookworm',
  suite: 'bookworm',
  megabytes: 10,
  packages: [
    'supervisor',
    'python3-pkg-resources',
    'python3.11-minimal',
    'libpython3.11-minimal',
    'libpython3.11-stdlib',
    'libbz2-1.0',
    'libc6',
    'libexpat1',
    'libffi8',
    'liblzma5',
    'libssl3',
    'libuuid1',
    'zlib1g',
  ],
};

/** What Python needs to find its library where it was unpacked; a supervised program must not inherit it. */
export const PYTHON_VARIABLES = ['PYTHONHOME', 'PYTHONPATH'];

/**
 * Supervisor as the machine has it on PATH, else Debian's, fetched once.
 *
 * @throws Error saying what to do where neither can be had.
 */
export async function findSupervisor(path = process.env.PATH ?? ''): Promise<Supervisor> {
  const [daemon, control] = await Promise.all([onPath('supervisord', path), onPath('supervisorctl', path)]);
  if (daemon !== undefined && control !== undefined) {
    return { daemon: { file: daemon, args: [], env: {} }, control: { file: control, args: [], env: {} } };
  }
  try {
    return await fetchedSupervisor();
  } catch (error) {
    throw new Error(
      `supervisord cannot be started on this machine: it is not on PATH, and ${(error as Error).message} Install the package supervisor, or leave hosts with supervised programs out of the rehearsal.`,
      { cause: error },
    );
  }
}

async function fetchedSupervisor(): Promise<Supervisor> {
  const folder = await fetchedPackages(PACKAGES);
  const python = (await commandsIn(folder))('usr/bin/python3.11');
  const run = (script: string): Command => ({
    file: python.file,
    args: [...python.args, join(folder, script)],
    env: { PYTHONHOME: join(folder, 'usr'), PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages') },
  });
  return { daemon: run('usr/bin/supervisord'), control: run('usr/bin/supervisorctl') };
}

async function onPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(folder, name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}
