import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../rehearsal/assembly/written-assembly';

interface PluginRun {
  readonly args: readonly string[];
  readonly session: { readonly SessionId: string; readonly TokenValue: string };
}

/** A plugin that writes down what it is started with, in place of Session Manager's, which would call AWS. */
export function plugin(version: string) {
  const folder = temporaryFolder();
  const [file, record] = [join(folder, 'session-manager-plugin'), join(folder, 'started.json')];
  writeFileSync(
    file,
    `#!${process.execPath}
const [argument] = process.argv.slice(2);
if (argument === '--version') console.log(${JSON.stringify(version)});
else {
  const session = JSON.parse(process.env.AWS_SSM_START_SESSION_RESPONSE);
  require('node:fs').writeFileSync(${JSON.stringify(record)}, JSON.stringify({ args: process.argv.slice(2), session }));
  process.exitCode = 7;
}
`,
  );
  chmodSync(file, 0o755);
  return { path: folder, started: () => JSON.parse(readFileSync(record, 'utf8')) as PluginRun };
}

export const CURRENT = '1.2.707.0';
