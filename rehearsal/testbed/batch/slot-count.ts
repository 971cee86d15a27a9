import type { SideEffect } from './side-effects';
import type { ToldSlot } from './told-slots';

const MINUTE = 60_000;

/** What was found of the slots of a job, by what its script has done. */
export interface SlotCount {
  readonly job: string;
  readonly expected: number;
  /** Slots with one effect. */
  readonly started: number;
  /** Of those: started in another minute than their own. */
  readonly late: number;
  /** Slots without an effect, and what nobody has told of. */
  readonly lost: readonly Date[];
  /** Slots without an effect that somebody has told of. */
  readonly told: readonly ToldSlot[];
  /** Effects beyond one a slot. */
  readonly doubled: readonly SideEffect[];
}

export interface SlotsOfJob {
  readonly job: string;
  /** Every minute that its schedule names, from the first that counts to the last. */
  readonly slots: readonly Date[];
  readonly effects: readonly SideEffect[];
  /** Slots of which it was said that they were left out. */
  readonly leftOut: readonly ToldSlot[];
}

/**
 * Counts each slot by its effects. A script that was told its slot says so; else it is the minute in which it ran. What ran in a
 * minute that is none of the schedule, or that has run already, made up for an earlier slot that was missing.
 */
export function countSlots({ job, slots, effects, leftOut }: SlotsOfJob): SlotCount {
  const found = new Map(slots.map((slot) => [slot.getTime(), [] as SideEffect[]]));
  const rest: SideEffect[] = [];
  const { byHand, scheduled } = parted(effects);
  for (const effect of scheduled) {
    const own = found.get((effect.slot ?? minuteOf(effect.at)).getTime());
    if (own !== undefined && (own.length === 0 || effect.slot !== undefined)) own.push(effect);
    else rest.push(effect);
  }
  const doubled = [...found.values(), ...byHand.values()].flatMap((own) => own.slice(1));
  for (const effect of rest) {
    const missing = slots.find((slot) => found.get(slot.getTime())?.length === 0 && slot < effect.at);
    if (missing === undefined || effect.slot !== undefined) doubled.push(effect);
    else found.get(missing.getTime())?.push(effect);
  }
  const toldOf = (slot: Date) => leftOut.find((told) => told.slot.getTime() === slot.getTime());
  const without = slots.filter((slot) => found.get(slot.getTime())?.length === 0);
  const started = slots.filter((slot) => found.get(slot.getTime())?.length !== 0);
  return {
    job,
    expected: slots.length,
    started: started.length,
    late: started.filter((slot) => minutesLate(slot, found.get(slot.getTime())) > 0).length,
    lost: without.filter((slot) => toldOf(slot) === undefined),
    told: without.flatMap((slot) => toldOf(slot) ?? []),
    doubled,
  };
}

/** A run by hand is of no slot, and started once all the same. */
function parted(effects: readonly SideEffect[]) {
  const ordered = [...effects].sort(byTime);
  const byHand = new Map<string, SideEffect[]>();
  for (const effect of ordered) {
    if (effect.byHand !== undefined) byHand.set(effect.byHand, [...(byHand.get(effect.byHand) ?? []), effect]);
  }
  return { byHand, scheduled: ordered.filter((effect) => effect.byHand === undefined) };
}

function minutesLate(slot: Date, [first]: readonly SideEffect[] = []): number {
  return first === undefined ? 0 : (minuteOf(first.at).getTime() - slot.getTime()) / MINUTE;
}

function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / MINUTE) * MINUTE);
}

const byTime = (one: SideEffect, other: SideEffect) => one.at.getTime() - other.at.getTime();
