import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { EngineLine } from './engine-line';

const VERSION = /^\d+(\.\d+){0,2}$|^\d+\.x$/;

/**
 * The numbers of a version. `6.x` and `7.1` name every release below them, so only the numbers that are stated
 * count: `6.x` is `[6]`.
 */
function numbersOf(version: string): number[] {
  return version.replace(/\.x$/, '').split('.').map(Number);
}

/**
 * Compares as far as both are stated: `7.1` and `7.1.2` are the same, as are `6.x` and `6.2`. Negative where `a` is
 * older. A token compares as the same, because nothing is known of it.
 */
export function compareVersions(a: string, b: string): number {
  if (Token.isUnresolved(a) || Token.isUnresolved(b)) return 0;
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function majorOf(version: string): number {
  return numbersOf(version)[0] ?? 0;
}

export function minorOf(version: string): number | undefined {
  return numbersOf(version)[1];
}

export function patchOf(version: string): number | undefined {
  return numbersOf(version)[2];
}

export function assertVersion({ title, versions }: EngineLine, version: string): void {
  if (Token.isUnresolved(version) || VERSION.test(version)) return;
  throw new ValidationError(
    `Got '${version}' as a version of ${title}. Accepted are numbers with dots, as ElastiCache spells them: ${versions}.`,
  );
}
