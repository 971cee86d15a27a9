import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheMigrationConfiguration } from '../../../contract/cache';
import type { CommandRunner } from '../../../rehearsal/aws/ssm/command-invocations';
import { buildBundle, bundles } from '../../../scripts/bundle';
import { temporaryFolder } from '../../rehearsal/assembly/written-assembly';

/**
 * The migration host as far as Run Command goes: what it is sent is run by a shell that finds the agent's program, with this
 * configuration. Nobody here may become another user, so `runuser` is left out.
 */
export async function hostOf(configuration: CacheMigrationConfiguration): Promise<CommandRunner> {
  const bundle = bundles.find(({ name }) => name === 'agent');
  if (bundle === undefined) throw new Error('The program of the agent is not among the bundles.');
  const folder = temporaryFolder();
  const [agent, file] = [await buildBundle(bundle, folder), join(folder, 'configuration.json')];
  writeFileSync(file, JSON.stringify(configuration));
  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program('runuser', 'shift 3; exec "$@"');
  program('cutover-agent', `exec ${process.execPath} ${agent} --configuration ${file} "$@"`);
  return ({ script: { text } }) =>
    new Promise((resolve) => {
      const env = { PATH: `${folder}:${process.env.PATH}` };
      execFile('bash', ['-c', text], { env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : 1, stdout, stderr });
      });
    });
}
