import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TriedEngine } from '../../agent/redis/silent-commands/tried-engine';
import { compareVersions, type Engine, identify } from '../../rehearsal/engines/engine';
import { availableEngines } from '../../rehearsal/engines/redis/find-engine';
import { measure } from './measure';
import { rowsOf } from './rows';

const TABLE = join(__dirname, '../../agent/redis/silent-commands/table.json');

/**
 * Writes the table of silent commands, from the servers given by their paths (`redis-server`, `valkey-server`) and those
 * that are found here, and prints its rows for docs/redis-engines.md.
 * `npx tsx scripts/silent-commands/main.ts [server …]`
 */
async function main(paths: readonly string[]): Promise<void> {
  const engines: Engine[] = [...(await availableEngines())];
  for (const file of paths) {
    const server = { file, args: [], env: {} };
    engines.push({ ...(await identify(server)), origin: file, server });
  }
  const table: TriedEngine[] = [];
  for (const engine of engines) {
    if (table.some((row) => row.engine === engine.engine && row.version === engine.version)) continue;
    const { tried, notes } = await measure(engine);
    table.push(tried);
    process.stdout.write(`${rowsOf([tried]).join('\n')}\n`);
    for (const note of notes) process.stdout.write(`  ${note}\n`);
  }
  table.sort((one, other) => one.engine.localeCompare(other.engine) || compareVersions(one.version, other.version));
  await writeFile(TABLE, `${JSON.stringify(table, undefined, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
