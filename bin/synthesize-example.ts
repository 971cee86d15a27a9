import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '..');

/** What moves in these are cron jobs: no figure of clients, and a rehearsal of another kind. */
const OF_JOBS = ['batch-host'];

/** The examples of a checkout that migrate something; none in an installed package. */
export function exampleNames(): string[] {
  const folder = join(PROJECT, 'examples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => !OF_JOBS.includes(name));
}

/**
 * Synthesizes an example, with context of its own, into a folder of its own. The rehearsal knows only what is synthesized, so that it rehearses
 * what would be deployed.
 */
export async function synthesizeExample(
  name: string,
  context: Readonly<Record<string, string>>,
  note: (line: string) => void,
): Promise<string> {
  const names = exampleNames();
  if (names.length > 0) names.push(...OF_JOBS);
  if (!names.includes(name)) {
    throw new Error(
      names.length === 0
        ? 'An installed package has no examples: give your own assembly with --app FOLDER (cdk synth -o FOLDER).'
        : `--example: got '${name}'; there are ${names.join(', ')}.`,
    );
  }
  note(`Synthesize ${name}`);
  const folder = mkdtempSync(join(tmpdir(), 'cutover-assembly-'));
  const child = spawn(process.execPath, [join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), join(PROJECT, 'bin/app.ts')], {
    cwd: PROJECT,
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, example: name }),
      // Tests validate the examples' templates; here it would only cost seconds.
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const problems: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => problems.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${name} cannot be synthesized:\n${Buffer.concat(problems).toString()}`);
  return folder;
}
