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

/** @throws if the value is none of those of its enum */
export function assertOneOf(name: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  throw new ValidationError(`${name}: got '${value}'; accepted are ${accepted.join(', ')}.`);
}
