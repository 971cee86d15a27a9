/** An event pattern, as a rule has it. */
export type EventPattern = { readonly [field: string]: unknown };

/**
 * Whether an event matches a pattern: every field of the pattern must be met; of a field's list, any entry.
 *
 * @throws Error naming a comparison that is not known here.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, expected]) => {
    if (field === '$or') {
      return asList(expected, '$or').some((alternative) => isObject(alternative) && matchesPattern(alternative, event));
    }
    const value = isObject(event) ? event[field] : undefined;
    if (Array.isArray(expected)) {
      return expected.some((entry) => matchesEntry(entry, value));
    }
    if (isObject(expected)) {
      return matchesPattern(expected, value);
    }
    throw new Error(`The event pattern's field ${field} must be a list or an object, not ${JSON.stringify(expected)}.`);
  });
}

/** A field that is a list matches where one of its items does. */
function matchesEntry(entry: unknown, value: unknown): boolean {
  if (isObject(entry)) {
    const [[comparison, operand] = ['', undefined], ...others] = Object.entries(entry);
    if (others.length > 0) {
      throw new Error(`An event pattern's comparison has one key, not ${Object.keys(entry).join(', ')}.`);
    }
    if (comparison === 'exists') {
      return (value !== undefined && !isObject(value)) === operand;
    }
    return value !== undefined && itemsOf(value).some((item) => compares(comparison, operand, item));
  }
  return itemsOf(value).some((item) => item === entry);
}

function compares(comparison: string, operand: unknown, value: unknown): boolean {
  switch (comparison) {
    case 'anything-but':
      return differs(operand, value);
    case 'prefix':
      return typeof value === 'string' && value.startsWith(asText(operand, comparison));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(asText(operand, comparison));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === asText(operand, comparison).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && matchesWildcard(asText(operand, comparison), value);
    case 'numeric':
      return typeof value === 'number' && isInRange(asList(operand, comparison), value);
    default:
      throw new Error(
        `The event pattern's comparison ${comparison} is not supported; known are exists, anything-but, prefix, suffix, equals-ignore-case, wildcard and numeric.`,
      );
  }
}

/** Anything but one value, several, or what another comparison matches. */
function differs(operand: unknown, value: unknown): boolean {
  if (isObject(operand)) {
    return !Object.entries(operand).some(([comparison, inner]) =>
      [inner].flat().some((one) => compares(comparison, one, value)),
    );
  }
  return ![operand].flat().includes(value);
}

function isInRange(bounds: readonly unknown[], value: number): boolean {
  return bounds.every((bound, index) => {
    if (index % 2 === 1) {
      return true;
    }
    const limit = Number(bounds[index + 1]);
    switch (bound) {
      case '=':
        return value === limit;
      case '<':
        return value < limit;
      case '<=':
        return value <= limit;
      case '>':
        return value > limit;
      case '>=':
        return value >= limit;
      default:
        throw new Error(
          `The event pattern's numeric comparison ${JSON.stringify(bound)} is not known: =, <, <=, >, >=.`,
        );
    }
  });
}

function matchesWildcard(pattern: string, value: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+^${}()|[\]\\?]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(value);
}

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const isObject = (value: unknown): value is EventPattern =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asText(operand: unknown, comparison: string): string {
  if (typeof operand !== 'string') {
    throw new Error(`The event pattern's comparison ${comparison} takes text, not ${JSON.stringify(operand)}.`);
  }
  return operand;
}

function asList(operand: unknown, comparison: string): readonly unknown[] {
  if (!Array.isArray(operand)) {
    throw new Error(`The event pattern's ${comparison} takes a list, not ${JSON.stringify(operand)}.`);
  }
  return operand;
}
