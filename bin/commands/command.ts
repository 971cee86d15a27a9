import { Argument } from 'commander';
import { printable } from '../../agent/printable';
import type { connect } from '../operator/connection';

/** Clients of AWS. The SDK is loaded when a command first asks for them, and never for a help. */
export type Connect = () => Promise<ReturnType<typeof connect>>;

export interface Output {
  readonly json?: boolean;
}

export const migrationArgument = () => new Argument('<migration>', 'its name, as in `cutover list`');

/** Who acts, where nothing else is said. */
export const WHO = process.env.USER ?? 'unknown';

/** One line a fact, or JSON. */
export function print(result: object, { json }: Output): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  for (const row of Array.isArray(result) ? result : [result]) {
    const facts = Object.entries(row as object).filter(([, value]) => value !== undefined);
    const width = Math.max(...facts.map(([name]) => name.length));
    process.stdout.write(
      `${facts.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value))}`).join('\n')}\n\n`,
    );
  }
}
