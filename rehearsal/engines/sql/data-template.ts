import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { moveIntoPlace } from '../debian-packages';
import { cacheFolder } from '../fetched-packages';
import type { DatabaseEngine } from './database-engine';
import { type Owner, ownerOf } from './server-owner';

const run = promisify(execFile);

/** Makes an empty database in `data`, which is there and empty. */
export type Initialise = (engine: DatabaseEngine, data: string, owner: Owner | undefined) => Promise<void>;

const underWay = new Map<string, Promise<void>>();

/**
 * Lays a fresh data directory at `data`. MySQL takes seconds to make one: so it is made once for each version of an
 * engine and copied from then on.
 */
export async function layData(engine: DatabaseEngine, data: string, initialise: Initialise): Promise<void> {
  const owner = ownerOf(engine.engine);
  const name = [engine.engine, engine.version, process.arch, owner?.uid ?? process.getuid?.()].join('-');
  const template = join(cacheFolder(), 'data', name);
  if (!existsSync(template)) {
    let making = underWay.get(template);
    if (!making) {
      making = makeTemplate(engine, template, initialise, owner).finally(() => underWay.delete(template));
      underWay.set(template, making);
    }
    await making;
  }
  await copyData(template, data);
}

/** With owners and modes: PostgreSQL refuses a data directory that others could read. */
export async function copyData(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--reflink=auto', '--sparse=always', from, to]);
}

async function makeTemplate(
  engine: DatabaseEngine,
  template: string,
  initialise: Initialise,
  owner: Owner | undefined,
): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), `${engine.engine}-template-`));
  const parent = join(template, '..');
  await mkdir(parent, { recursive: true });
  const beside = await mkdtemp(join(parent, `.${basename(template)}-`));
  try {
    const data = join(work, 'data');
    await mkdir(data, { mode: 0o700 });
    if (owner) for (const folder of [work, data]) await chown(folder, owner.uid, owner.gid);
    await initialise(engine, data, owner);
    await copyData(data, join(beside, 'data'));
    await moveIntoPlace(join(beside, 'data'), template);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(beside, { recursive: true, force: true });
  }
}
