import type { Tried } from '../../clients/client-group';
import type { Access } from '../../clients/ledger/book';
import type { GroupAccess } from '../../clients/load';
import type { ClientAccess, Side } from '../../report/result';

/** A group of clients that was answered before, and in the end is not by the side that serves. */
export interface ShutOut {
  readonly group: string;
  readonly access: Access;
  /** The last answer, and whose it was. Milliseconds since the epoch. */
  readonly lastMs: number;
  readonly lastSide: string;
  /** What its clients tried since then; nothing at all where the machine gave them no turn. */
  readonly tried: Tried;
}

/**
 * Who that could read and write before has not since `sinceMs`, on the side that serves. Seen from the clients: however
 * well all went for the state machine, an outage that does not end is none that is over.
 */
export function shutOut(groups: readonly GroupAccess[], serving: Side | undefined, sinceMs: number): ShutOut[] {
  return groups.flatMap(({ group, tried, ...answered }) =>
    ACCESSES.flatMap((access) => {
      const last = answered[access].at(-1);
      if (last === undefined || (last.toMs >= sinceMs && last.side === serving)) return [];
      return [{ group, access, lastMs: last.toMs, lastSide: last.side, tried: tried(sinceMs) }];
    }),
  );
}

/** Clients without a turn prove nothing of who would answer them. */
export function shutOutInWords({ group, access, lastSide, tried }: ShutOut, serving: Side | undefined): string {
  const { operations, failed } = tried;
  const sinceThen =
    operations + failed === 0
      ? 'Its clients had no turn in that time: this machine is too busy. Rehearse again when it is idle.'
      : `Of ${operations + failed} operations that its clients tried in that time, ${failed} failed.`;
  return `${group}: no ${access} on ${serving ?? 'either side'} since the executions ended; the last were on ${lastSide}. ${sinceThen}`;
}

/** Each group as the report has it. */
export function clientAccess(
  groups: readonly GroupAccess[],
  out: readonly ShutOut[],
  startedAt: number,
): ClientAccess[] {
  return groups.map(({ group: name, ...answered }) => {
    const own = out.filter(({ group }) => group === name);
    return {
      name,
      answered: ACCESSES.flatMap((access) => {
        const last = answered[access].at(-1);
        if (last === undefined || own.some((each) => each.access === access)) return [];
        return [{ access, side: last.side, sinceMs: Math.round(last.fromMs - startedAt) }];
      }),
      shutOut: own.map(({ access, lastSide, lastMs }) => ({
        access,
        lastSide,
        lastMs: Math.round(lastMs - startedAt),
      })),
    };
  });
}

const ACCESSES: readonly Access[] = ['reads', 'writes'];
