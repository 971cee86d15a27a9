import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Scenario } from '../app/scenario';

const PROJECT = resolve(__dirname, '../../..');

/** Synthesizes the app of one night into a folder of its own, and gives that. */
export async function synthesize(scenario: Scenario): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cutover-verify-'));
  const child = spawn(
    process.execPath,
    [join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), join(PROJECT, 'scripts/verify-aws/app/app.ts')],
    {
      cwd: PROJECT,
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ scenario }),
        CDK_VALIDATION: 'false',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const problems: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => problems.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`The app of ${scenario} cannot be synthesized:\n${Buffer.concat(problems).toString()}`);
  return folder;
}
