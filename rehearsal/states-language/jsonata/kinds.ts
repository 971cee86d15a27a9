import { MAX_SECONDS } from '../definition/schema';
import type { Json } from '../json';
import { isTimestamp } from '../timestamp';

/** What a field accepts; where an expression gives something else, the state fails. */
export interface Kind<T extends Json> {
  readonly name: string;
  accepts(value: Json): value is T;
}

function kind<T extends Json>(name: string, test: (value: Json) => boolean): Kind<T> {
  return { name, accepts: (value): value is T => test(value) };
}

function isInteger(value: Json, from: number, to: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}

export const BOOLEAN = kind<boolean>('boolean', (value) => typeof value === 'boolean');
export const TEXT = kind<string>('string', (value) => typeof value === 'string');
export const ARRAY = kind<readonly Json[]>('array', (value) => Array.isArray(value));
export const TIMESTAMP = kind<string>('timestamp', (value) => typeof value === 'string' && isTimestamp(value));
export const WAIT_SECONDS = kind<number>('non-negative integer', (value) => isInteger(value, 0, MAX_SECONDS));
export const TIMEOUT_SECONDS = kind<number>('positive integer', (value) => isInteger(value, 1, MAX_SECONDS));
export const COUNT = kind<number>('non-negative integer', (value) => isInteger(value, 0, Number.MAX_SAFE_INTEGER));
export const PERCENTAGE = kind<number>(
  'number from 0 to 100',
  (value) => typeof value === 'number' && value >= 0 && value <= 100,
);
