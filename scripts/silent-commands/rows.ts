import type { TriedEngine } from '../../agent/redis/silent-commands/tried-engine';

const TITLE = { redis: 'Redis', valkey: 'Valkey' } as const;

/** The table's rows as docs/redis-engines.md has them. */
export function rowsOf(table: readonly TriedEngine[]): string[] {
  return table.map(({ engine, version, commands, silent }) => {
    const named = Object.entries(silent).map(
      ([command, changes]) => `${command.toUpperCase()} (${changes.join(', ')})`,
    );
    return `| ${TITLE[engine]} ${version} | ${commands.split(' ').length} | ${named.join(' · ')} |`;
  });
}
