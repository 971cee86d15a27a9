import { createInterface } from 'node:readline/promises';
import { printable } from '../../agent/printable';
import type { Action } from './actions';

/** What is about to be changed, and where. */
export interface Consequences {
  readonly migration: string;
  readonly account: string;
  readonly region: string;
  /** The active side, by the journal; absent before the first execution. */
  readonly serving?: string;
  readonly action: Action;
  /** Which cron jobs move, where the migration moves such. */
  readonly jobs?: readonly string[] | 'all';
  /** Of what is scheduled, as people read it. @default - now */
  readonly when?: { readonly at: string; readonly preflight: string };
}

/** Resolves when it may go on; rejects with why not. */
export type Consent = (consequences: Consequences) => Promise<void>;

/** What changes production. The others look, or put back what was interrupted. */
const MEANS: Partial<Record<Action, string>> = {
  cutover: 'moves the clients to green. Workloads stop, and clients cannot write until the record has changed.',
  rollback: 'moves the clients back to blue. Workloads stop, and clients cannot write until the record has changed.',
  retire: 'deletes blue after a last snapshot. After it there is no rollback.',
};

/** The same, of cron jobs. */
const MEANS_OF_JOBS: typeof MEANS = {
  cutover: 'moves jobs to the new host. Each takes some minutes, and no slot is lost.',
  rollback: 'moves jobs back to the old server.',
  retire: 'takes the lines of proved jobs off the old server. After it there is no rollback of these.',
};

/** Where a person sits, they type the migration's name; a script says --yes. */
export function consentOf(yes: boolean, input = process.stdin, output = process.stderr): Consent {
  return async ({ migration, account, region, serving, action, jobs, when }) => {
    const means = (jobs === undefined ? MEANS : MEANS_OF_JOBS)[action];
    if (means === undefined || yes) return;
    if (input.isTTY !== true) {
      throw new Error(
        `${when === undefined ? `start ${action}` : `a scheduled ${action}`} changes production, and there is no terminal to ask at: say --yes in a script. Nothing was started.`,
      );
    }
    const facts = [
      ['Account    ', `${account}, ${region}`],
      ['Migration  ', migration],
      jobs === undefined
        ? (['Active side', serving ?? 'blue: the migration was never started'] as const)
        : (['Jobs       ', [jobs].flat().join(', ')] as const),
      ...(when === undefined
        ? []
        : ([
            ['Begins     ', when.at],
            ['Preflight  ', when.preflight],
          ] as const)),
    ] as const;
    const told = facts.map(([name, value]) => `${name}  ${printable(value)}`);
    output.write(`${[...told, `${action} ${means}`].join('\n')}\n`);
    const terminal = createInterface({ input, output });
    const typed = await terminal.question('Type the name of the migration to go on: ').finally(() => terminal.close());
    if (typed.trim() !== migration) {
      throw new Error(`the name typed was '${typed.trim()}', and not '${migration}'. Nothing was started.`);
    }
  };
}
