import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Command, type Engine, identify } from '../engine';

const SERVERS = ['valkey-server', 'redis-server'];

/** Every Redis and Valkey server in the folders of `PATH`, in their order. */
export async function pathEngines(path = process.env.PATH ?? ''): Promise<Engine[]> {
  const found = new Map<string, Engine>();
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const name of SERVERS) {
      const file = await executable(join(folder, name));
      if (!file) continue;
      // /bin and /usr/bin are one folder on most machines, and redis-server may be another name of valkey-server.
      const real = await realpath(file);
      if (found.has(real)) continue;
      const engine = await engineAt(file, folder);
      if (engine) found.set(real, engine);
    }
  }
  return [...found.values()];
}

async function engineAt(file: string, folder: string): Promise<Engine | undefined> {
  const server: Command = { file, args: [], env: {} };
  const identity = await identify(server).catch((error: Error) => {
    process.stderr.write(`Passing over ${file}: ${error.message}\n`);
    return undefined;
  });
  if (!identity) return undefined;
  const tool = async (suffix: string): Promise<Command | undefined> => {
    const beside = await executable(join(folder, `${identity.engine}-${suffix}`));
    return beside ? { file: beside, args: [], env: {} } : undefined;
  };
  const cli = await tool('cli');
  const benchmark = await tool('benchmark');
  return { ...identity, origin: file, server, ...(cli && { cli }), ...(benchmark && { benchmark }) };
}

async function executable(file: string): Promise<string | undefined> {
  return access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}
