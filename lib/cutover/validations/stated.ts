import { ValidationError } from '../../validation-error';

/** What a property holds, in words, and of which kind that is. */
export interface Accepted {
  readonly what: string;
  readonly kind: string;
  readonly holds: (value: unknown) => boolean;
}

const ofKind = (kind: string, holds: (value: unknown) => boolean) => (what: string) => ({ kind, what, holds });

const has = (value: unknown, member: string) =>
  typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[member] !== undefined;

export const aText = ofKind('a text', (value) => typeof value === 'string');
export const aNumber = ofKind('a number', (value) => typeof value === 'number');
export const aList = ofKind('a list', Array.isArray);
export const aDuration = ofKind('a Duration', (value) => has(value, 'toSeconds'));
export const aRequest = ofKind('a method and a url', (value) => has(value, 'method'));
export const aMetric = ofKind('a metric', (value) => has(value, 'toMetricConfig'));
export const aConstruct = ofKind('a construct, made or imported', (value) => has(value, 'node'));

/**
 * Plain JavaScript and Python leave a required property out, or state null, without anybody saying so; plain JavaScript
 * takes a name where a construct is meant as well. What reads it later would end in an error about a property of
 * undefined, or deploy nonsense.
 *
 * @param accepted what each is, in words, by its name
 * @throws if one is missing, or is of another kind
 */
export function assertStated(props: object | undefined, accepted: Readonly<Record<string, string | Accepted>>): void {
  for (const [name, each] of Object.entries(accepted)) {
    const value = (props as Readonly<Record<string, unknown>> | undefined)?.[name];
    const what = typeof each === 'string' ? each : each.what;
    if (value === undefined || value === null) {
      throw new ValidationError(`${name}: got ${value}; it is required. State ${what}.`);
    }
    if (typeof each === 'string' || each.holds(value)) continue;
    throw new ValidationError(`${name}: got ${shown(value)}; accepted is ${each.kind}. State ${what}.`);
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return `the text '${value}'`;
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${value}`;
}

/**
 * @param example what makes it, e.g. `DatabaseEngine.mysql('8.4.5')`
 * @throws if plain JavaScript or Python states a text, where it takes an object that has checked that text
 */
export function assertNoText(name: string, value: unknown, example: string): void {
  if (typeof value !== 'string') return;
  throw new ValidationError(`${name}: got the text '${value}'; accepted is what ${example} makes.`);
}

/** @throws if the value is none of those of its enum */
export function assertOneOf(name: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  throw new ValidationError(`${name}: got '${value}'; accepted are ${accepted.join(', ')}.`);
}
