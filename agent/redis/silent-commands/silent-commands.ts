import { compareVersions, numbers, type ServerVersion } from '../version';
import TABLE from './table.json';
import type { SilentChange, TriedEngine } from './tried-engine';

/** What is known of the commands of one server that change keys without a keyspace event. */
export interface SilentCommands {
  /** Whether an engine of this very line was tried, and not only its neighbours. */
  readonly tried: boolean;
  /** Whether this command was called on such an engine; of another one nothing is known. */
  knows(command: string): boolean;
  /** The commands that change a key without an event. */
  readonly silent: readonly string[];
  /** How a key may change by this command without an event; empty where it is announced. */
  changesBy(command: string): readonly SilentChange[];
}

/** The engines that were tried, for people. */
export function triedEngines(): readonly TriedEngine[] {
  return ROWS;
}

/**
 * By the table: the row of this very version, or those of the next older and the next newer one together, so that what
 * either leaves out is taken for left out. Versions of one line differ too: 6.2.0 does not announce what 6.2.16 does.
 */
export function silentCommandsOf({ engine, text }: Pick<ServerVersion, 'engine' | 'text'>): SilentCommands {
  const rows = ROWS.filter((row) => row.engine === engine);
  const version = numbers(text);
  const chosen = around(rows, version);
  const known = new Set(chosen.flatMap(({ commands }) => commands.split(' ')));
  return {
    tried: rows.some((row) => compareVersions(line(numbers(row.version)), line(version)) === 0),
    knows: (command) => known.has(command),
    silent: [...new Set(chosen.flatMap(({ silent }) => Object.keys(silent)))],
    changesBy: (command) => chosen.flatMap(({ silent }) => silent[command] ?? []),
  };
}

// The import's type is of one literal row each; the program that writes the file writes rows of this type.
const ROWS: readonly TriedEngine[] = TABLE as readonly unknown[] as readonly TriedEngine[];

function around(rows: readonly TriedEngine[], version: readonly number[]): readonly TriedEngine[] {
  const sorted = [...rows].sort((one, other) => compareVersions(numbers(one.version), numbers(other.version)));
  const upTo = sorted.filter((row) => compareVersions(numbers(row.version), version) <= 0).slice(-1);
  const from = sorted.filter((row) => compareVersions(numbers(row.version), version) >= 0).slice(0, 1);
  return [...upTo, ...from];
}

function line(version: readonly number[]): readonly number[] {
  return version.slice(0, 2);
}
