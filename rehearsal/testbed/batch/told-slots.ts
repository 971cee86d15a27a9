import type { ExecutionView } from '../../aws/sfn/executions';

/** A slot of which somebody has said that nothing is started for it. */
export interface ToldSlot {
  readonly slot: Date;
  readonly why: string;
}

/** What a host's ledger has of a slot. */
export interface LedgerEntry {
  /** Its name: `20201101T0542Z-0042`. */
  readonly slot: string;
  readonly state: string;
  readonly reason?: string;
}

/** How far a run came that died or failed is not known: it may have left no effect. */
const TOLD = ['missed', 'skipped', 'died', 'failed', 'timed-out'];

/** Slots of a job of which green's ledger says that nothing was started for them. */
export function toldByLedger(entries: readonly LedgerEntry[]): ToldSlot[] {
  return entries.flatMap(({ slot: name, state, reason }) => {
    const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z-\d{4}$/.exec(name) ?? [];
    if (year === undefined || !TOLD.includes(state)) return [];
    return [{ slot: new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`), why: reason ?? state }];
  });
}

type Ended = Pick<ExecutionView, 'input' | 'output' | 'cause'>;

/** Slots of a job that its executions have said were left out: in the output, or in the cause of one that failed. */
export function toldByExecutions(job: string, executions: readonly Ended[]): ToldSlot[] {
  return executions.flatMap(({ input, output, cause = '' }) => {
    const { job: of, action } = JSON.parse(input) as { readonly job?: string; readonly action?: string };
    if (of !== job) return [];
    const { leftOut = [] } = JSON.parse(output ?? '{}') as { readonly leftOut?: readonly string[] };
    const [sentence = ''] = /Nothing was started for \d+ of its slots[^.]*\./.exec(cause) ?? [];
    const minutes = [...leftOut, ...(sentence.match(/\d{4}-\d\d-\d\dT\d\d:\d\dZ/g) ?? [])];
    const why = `The ${action} left it out: late runs of the job are not wanted.`;
    return minutes.map((minute) => ({ slot: new Date(minute), why }));
  });
}
