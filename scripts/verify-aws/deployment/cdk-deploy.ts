import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const CDK = join(resolve(__dirname, '../../..'), 'node_modules/aws-cdk/bin/cdk');

/** Deploys all stacks of a cloud assembly. */
export type Deploy = (assembly: string, note: (line: string) => void) => Promise<void>;

/** By the CDK's own command line, as users do. @throws Error with the last lines that it said */
export const cdkDeploy =
  (region: string, signal: AbortSignal): Deploy =>
  async (assembly, note) => {
    const options = ['--app', assembly, '--all', '--require-approval', 'never', '--progress', 'events', '--no-color'];
    const child = spawn(process.execPath, [CDK, 'deploy', ...options, '--output', `${assembly}-deployed`], {
      env: { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region, CDK_DISABLE_CLI_TELEMETRY: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        if (line.trim() === '') return;
        said.push(line);
        note(line.trim());
      });
    }
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`cdk deploy ended with ${code}:\n${said.slice(-15).join('\n')}`);
  };
