import { createInterface } from 'node:readline/promises';
import { printable } from '../../agent/printable';

/** What is about to be changed, and where. */
export interface Consequences {
  readonly migration: string;
  readonly account: string;
  readonly region: string;
  /** What is asked for, e.g. `cutover`, `approve retire`. */
  readonly asked: string;
  /** A sentence that goes on from it: `deletes blue after a last snapshot.` */
  readonly means: string;
  /** What else is to be looked at before: the side that serves, the phase that runs. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Resolves when it may go on; rejects with why not. */
export type Consent = (consequences: Consequences) => Promise<void>;

/** Where a person sits, they type the migration's name; a script says --yes. */
export function consentOf(yes: boolean, input = process.stdin, output = process.stderr): Consent {
  return async ({ migration, account, region, asked, means, facts }) => {
    if (yes) return;
    if (input.isTTY !== true) {
      throw new Error(
        `${asked} changes production, and there is no terminal to ask at: say --yes in a script. Nothing was changed.`,
      );
    }
    const rows = [['Account', `${account}, ${region}`], ['Migration', migration], ...facts] as const;
    const width = Math.max(...rows.map(([name]) => name.length));
    const told = rows.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`);
    output.write(`${[...told, `${asked} ${means}`].join('\n')}\n`);
    const terminal = createInterface({ input, output });
    const typed = await terminal.question('Type the name of the migration to go on: ').finally(() => terminal.close());
    if (typed.trim() !== migration) {
      throw new Error(`the name typed was '${typed.trim()}', and not '${migration}'. Nothing was changed.`);
    }
  };
}
