import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TriedEngine } from '../../agent/redis/silent-commands/tried-engine';
import { type Engine, identify } from '../../rehearsal/engines/engine';
import { availableEngines } from '../../rehearsal/engines/find-engine';
import { measure } from './measure';

const TABLE = join(__dirname, '../../agent/redis/silent-commands/table.json');

/**
 * Writes the table of silent commands anew, from the servers given by their paths (`redis-server`, `valkey-server`) and
 * those that are found here. `npx tsx scripts/silent-commands/main.ts [server …]`
 */
async function main(paths: readonly string[]): Promise<void> {
  const engines: Engine[] = [...(await availableEngines())];
  for (const file of paths) {
    const server = { file, args: [], env: {} };
    engines.push({ ...(await identify(server)), origin: file, server });
  }
  const table: TriedEngine[] = [];
  for (const engine of engines) {
    const title = `${engine.engine} ${engine.version}`;
    if (table.some((row) => `${row.engine} ${row.version}` === title)) continue;
    const { tried, notes } = await measure(engine);
    table.push(tried);
    const silent = Object.entries(tried.silent).map(([command, changes]) => `${command} (${changes.join(', ')})`);
    process.stdout.write(`${title}: ${tried.commands.split(' ').length} commands, silent: ${silent.join('; ')}\n`);
    for (const note of notes) process.stdout.write(`  ${note}\n`);
  }
  table.sort((one, other) => one.engine.localeCompare(other.engine) || one.version.localeCompare(other.version));
  await writeFile(TABLE, `${JSON.stringify(table, undefined, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
