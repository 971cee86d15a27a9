import { ValidationError } from '../../validation-error';

/**
 * Plain JavaScript and Python leave a required property out, or state null, without anybody saying so: what reads it
 * later would end in an error about a property of undefined.
 *
 * @param accepted what each is, in words, by its name
 * @throws if one is missing
 */
export function assertStated(props: object, accepted: Readonly<Record<string, string>>): void {
  for (const [name, what] of Object.entries(accepted)) {
    const value = (props as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && value !== null) continue;
    throw new ValidationError(`${name}: got ${value}; it is required. State ${what}.`);
  }
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
