import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BatchDefinitions, BatchJobDefinition } from '../contract/batch';
import type { Paths } from './paths';

/** What one deploy has brought, which stays as it is as long as a run works on it. */
export interface Revision {
  readonly name: string;
  /** The app's files: a command starts here. */
  readonly files: string;
  readonly definitions: BatchDefinitions;
}

/** @throws Error where nothing was deployed yet */
export function currentRevision(paths: Paths): Revision {
  const folder = realpathSync(paths.current);
  const definitions = JSON.parse(readFileSync(join(folder, 'definitions.json'), 'utf8')) as BatchDefinitions;
  return { name: basename(folder), files: join(folder, 'files'), definitions };
}

export function jobNamed(name: string, { definitions: { jobs } }: Revision): BatchJobDefinition {
  const job = jobs.find((each) => each.name === name);
  if (job !== undefined) return job;
  throw new Error(`job: got '${name}'; there are ${jobs.map((each) => each.name).join(', ')}.`);
}
