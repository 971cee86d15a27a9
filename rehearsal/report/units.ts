import type { Unit } from '../clients/figure';

const MINUTE_MS = 60_000;
const HOUR_SECONDS = 3600;

/** As a person says it: `4 ms`, `1.52 s`, `24.8 s`, `3 min 20 s`, `24 h 0 min`, `without end`. Each step shows what matters at its size. */
export function duration(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'without end';
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < MINUTE_MS - 50) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds >= HOUR_SECONDS) {
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A duration that is known to a fraction of a second only: `0.3 s`, `3 min 20 s`. */
export function tenths(ms: number): string {
  return ms < MINUTE_MS - 50 ? `${(ms / 1000).toFixed(1)} s` : duration(ms);
}

/** A point in time, in seconds since the rehearsal began. */
export function instant(ms: number): string {
  return `${(ms / 1000).toFixed(ms % 100 === 0 ? 1 : 3)} s`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 lock`, `2 locks`: for sentences. */
export function several(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A figure's value, as a person says it. */
export function inWords(value: number, unit: Unit): string {
  return IN_WORDS[unit](value);
}

const IN_WORDS: Readonly<Record<Unit, (value: number) => string>> = {
  count,
  difference: (value) => count(Math.abs(value)),
  ms: duration,
  outage: (value) => (value === 0 ? 'none' : duration(value)),
};
