import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Assembly } from '../assembly';

const AGENT_FILE = 'cutover-agent.js';

/** The agent's own program is one of the assets that a deploy would put into S3. */
export function agentProgram(assembly: Assembly): string {
  const folder = assembly.assets.find(({ path }) => existsSync(join(path, AGENT_FILE)));
  if (folder === undefined) {
    throw new Error(`No asset of the assembly in ${assembly.directory} holds ${AGENT_FILE}. Synthesize it again.`);
  }
  return join(folder.path, AGENT_FILE);
}
