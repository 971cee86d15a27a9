import requestConstraints from './request-constraints.json';
import type { SdkServiceNames } from './services';

interface ServiceConstraints {
  readonly operations: readonly string[];
  readonly members: Readonly<Record<string, string>>;
}

/**
 * Lengths, ranges and patterns of requests, by structure and member, as AWS's API models have them; the SDK for
 * JavaScript's schemas leave them out. `scripts/request-constraints.ts` writes the file.
 *
 * @see docs/aws-facts.md#api-model-constraints
 */
export const CONSTRAINTS: Readonly<Record<string, ServiceConstraints>> = requestConstraints;

/** How long a text, how many items, how large a number may be; and what a text must match as a whole. */
export interface Constraint {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

/** @param path `PutParameterRequest.Name`, `Filter.Values[]` for its items, `Tags{}` for its keys. */
export function constraintOf(service: SdkServiceNames, path: string): Constraint {
  return parseConstraint(CONSTRAINTS[service.identifier]?.members[path] ?? (isArn(path) ? ARN : ''));
}

/** Where a model has no pattern, ARNs have their documented form. @see docs/aws-facts.md#arn-form */
const ARN = '/arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9a-z]*:.+/';
const isArn = (path: string) => /(Arn|ARN|Arns\[\]|ARNs\[\])$/.test(path);

export function parseConstraint(text: string): Constraint {
  const [, min = '', max = '', pattern] = /^(?:(-?\d*)\.\.(\d*))? ?(?:\/(.*)\/)?$/s.exec(text) ?? [];
  return {
    min: min === '' ? Number.NEGATIVE_INFINITY : Number(min),
    max: max === '' ? Number.POSITIVE_INFINITY : Number(max),
    ...(pattern !== undefined && { pattern: wholly(pattern) }),
  };
}

/**
 * Services match the whole of a value. The models' patterns are Java's, which has one class that JavaScript has not, and
 * takes a backslash before characters that mean nothing by themselves.
 */
function wholly(pattern: string): RegExp {
  const spelled = pattern
    .replaceAll('\\p{Print}', '[ -~]')
    .replaceAll(/\\(.)/gsu, (escaped, character: string) =>
      /[\w^$\\.*+?()[\]{}|/-]/u.test(character) ? escaped : character,
    );
  return new RegExp(`^(?:${spelled})$`, 'su');
}

/** What is wrong with a value; undefined where nothing is. */
export function brokenConstraint({ min, max, pattern }: Constraint, value: unknown): string | undefined {
  const [size, of] = sizeOf(value);
  if (size === undefined) return undefined;
  if (size < min || size > max) {
    const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${Math.max(min, 0)} to ${max}`;
    return `Got ${JSON.stringify(value)?.slice(0, 200)}; its ${of} must be ${range}.`;
  }
  if (pattern !== undefined && typeof value === 'string' && !pattern.test(value)) {
    return `Got ${JSON.stringify(value)}; it must match ${pattern.source}.`;
  }
  return undefined;
}

function sizeOf(value: unknown): readonly [number | undefined, string] {
  if (typeof value === 'string') return [[...value].length, 'length'];
  if (typeof value === 'number') return [value, 'value'];
  if (Array.isArray(value)) return [value.length, 'number of items'];
  return [undefined, ''];
}
