import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { AgentError } from '../errors';
import { digestKeyFile, shownDigest, takeUpDigestKey } from '../shown-digest';

/** Prints each line behind the digest by which results name it: so that a person finds the key that differs. */
export async function digestLines(stateDirectory: string, input: Readable, output: Writable): Promise<void> {
  if (!(await takeUpDigestKey(stateDirectory))) {
    throw new AgentError(
      'Agent.BadRequest',
      `${digestKeyFile(stateDirectory)} has no key to read: run this on the migration host whose result you look at, by sudo, once its service has started.`,
    );
  }
  for await (const line of createInterface({ input })) {
    if (!output.write(`${shownDigest(line)} ${line}\n`)) await new Promise((drained) => output.once('drain', drained));
  }
}
