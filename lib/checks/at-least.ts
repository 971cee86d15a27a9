import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../validation-error';

/** @throws Error where a number of things is none, or more than can be counted */
export function checkAtLeast(name: string, atLeast: number, most: number, instead: string): void {
  if (Token.isUnresolved(atLeast) || (Number.isInteger(atLeast) && atLeast >= 1 && atLeast <= most)) return;
  throw new ValidationError(
    `atLeast of ${name}: got ${atLeast}; accepted are whole numbers from 1 to ${most.toLocaleString('en-US')}. ${instead}`,
  );
}
