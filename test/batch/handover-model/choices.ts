import type { Choose } from './world';

/**
 * What goes wrong, by what is chosen: the number of the first choice, of the second …, or one for always. All else is as usual.
 */
export type Script = Readonly<Record<string, readonly number[] | { readonly always: number }>>;

export function scripted(script: Script): Choose {
  const asked = new Map<string, number>();
  return (what, options) => {
    const at = asked.get(what) ?? 0;
    asked.set(what, at + 1);
    const choices = script[what];
    if (choices === undefined) return 0;
    return Math.min('always' in choices ? choices.always : (choices[at] ?? 0), options - 1);
  };
}

/** @see https://prng.di.unimi.it/splitmix64.c, in 32 bits */
function random(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALWAYS_DRAWN = ['late', 'clock of blue', 'clock of green', 'begin', 'rollback'];
const MINUTE_LATE = 2;
/** By the kind of the night: what may be its worst, and what then is not. */
const SPARED: readonly (readonly string[])[] = [
  ['cron on blue', 'guard: claim', 'guard: cuts', 'guard: note'],
  ['reboot of blue', 'cron on blue'],
  ['reboot of blue', 'guard: claim', 'guard: cuts', 'guard: note'],
];

/**
 * Now and then something goes wrong, in some nights often. Limit: blue reboots, or its guard waits more than a minute, or its cron
 * starts one slot a minute late, but not two of these in one night. Then the ledger has fewer starts than slots, and some of another
 * minute than their slot's: as many are made up for as lack, and it may be the neighbour of the one that does.
 */
export function bySeed(seed: number): Choose {
  const draw = random(seed);
  const share = [0.05, 0.15, 0.3][seed % 3] ?? 0.1;
  const spared = SPARED[Math.floor(seed / 3) % SPARED.length] ?? [];
  let isLate = spared.includes('cron on blue');
  return (what, options) => {
    const isWrong = draw() < share || ALWAYS_DRAWN.includes(what);
    const choice = isWrong ? Math.floor(draw() * options) : 0;
    if (what === 'cron on blue') {
      if (choice !== MINUTE_LATE || isLate) return Math.min(choice, 1);
      isLate = true;
      return choice;
    }
    if (!spared.includes(what)) return choice;
    return what === 'reboot of blue' ? 0 : Math.min(choice, 1);
  };
}
