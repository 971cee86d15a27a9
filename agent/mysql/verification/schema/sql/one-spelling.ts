import type { Token } from './tokens';

/** An expression and what its outermost operator is. */
export interface Printed {
  readonly text: string;
  readonly operator?: string;
  readonly operands?: readonly Printed[];
  /** Of a row: `(a, b)`. */
  readonly items?: readonly Printed[];
}

/** MariaDB works out the sign of a number. */
export function signed(sign: string, text: string): string {
  if (sign === '+' || (sign === '-' && text === '0')) return text;
  return sign === '-' && /^-[\d.]+$/.test(text) ? text.slice(1) : `${sign}${text}`;
}

export function spelled(operator: string): string {
  const others: Readonly<Record<string, string>> = { '&&': 'and', '||': 'or', '!=': '<>', mod: '%' };
  return others[operator] ?? operator;
}

/** AND and OR of several are one list; a zero stands on the right; one of one is equal to it. */
export function joined(left: Printed, operator: string, right: Printed): Printed {
  if (operator === 'and' || operator === 'or') {
    const operands = [left, right].flatMap((side) =>
      side.operator === operator ? (side.operands ?? []) : [truth(side)],
    );
    return { text: `(${operands.map(({ text }) => text).join(` ${operator} `)})`, operator, operands };
  }
  if (operator === 'xor') return { text: `(${truth(left).text} xor ${truth(right).text})` };
  const [first, second] = left.text === '0' && (operator === '=' || operator === '<>') ? [right, left] : [left, right];
  if (operator === 'in') return amongSome(first, second);
  const { items = [] } = first;
  // MySQL compares rows value by value.
  if ((operator === '=' || operator === '<>') && items.length > 1 && second.items?.length === items.length) {
    const each = items.map((item, place) => joined(item, operator, second.items?.[place] ?? item));
    return each.reduce((all, one) => joined(all, operator === '=' ? 'and' : 'or', one));
  }
  // MySQL 8.0 writes `0 = a` for `NOT a`, and others do not.
  const text =
    operator === '=' && second.text === '0' ? `(not ${first.text})` : `(${first.text} ${operator} ${second.text})`;
  return { text, operator, operands: [first, second] };
}

/** `a in ('x')` is written as `a = 'x'`. */
function amongSome(left: Printed, right: Printed): Printed {
  if (right.text.startsWith('( ')) return { text: `(${left.text} in ${right.text})` };
  return joined(left, '=', right);
}

/** MySQL 8.0 writes `0 <> a` where a number is asked whether it is true. */
export function truth(printed: Printed): Printed {
  const [of, zero] = printed.operands ?? [];
  return printed.operator === '<>' && zero?.text === '0' && of !== undefined ? of : printed;
}

/**
 * Where rows for which it is NULL are left out like those for which it is false: there MySQL 8.0 writes `a IN (SELECT …) IS
 * FALSE` for NOT IN.
 */
export function condition(printed: Printed): Printed {
  const of = truth(printed);
  const { operator, operands: [first, ...others] = [] } = of;
  if (first === undefined) return of;
  if (operator === 'is false') return not(first);
  if (operator !== 'and' && operator !== 'or') return of;
  return others.reduce((all, one) => joined(all, operator, condition(one)), condition(first));
}

export function not(printed: Printed): Printed {
  const of = truth(printed);
  if (of.operator === '=' && of.operands?.length === 2) {
    const [left, right] = of.operands;
    if (left !== undefined && right !== undefined) return joined(left, '<>', right);
  }
  return { text: `(not ${of.text})` };
}

/**
 * Without the conditions that MySQL adds to a query of INTERSECT or EXCEPT, each of them twice: that a column is not NULL which
 * stands beside one that cannot be.
 */
export function withoutAdded(printed: Printed): Printed {
  const operands = printed.operator === 'and' ? (printed.operands ?? []) : [printed];
  const isAdded = ({ text }: Printed): boolean => /^\(not \(.* is null\)\)$/s.test(text);
  const count = (text: string): number => operands.filter((one) => one.text === text).length;
  const kept = operands.filter(
    (one, place) =>
      !isAdded(one) ||
      count(one.text) === 1 ||
      (count(one.text) > 2 && operands.findIndex(({ text }) => text === one.text) === place),
  );
  const [first, ...others] = kept;
  if (kept.length === operands.length) return printed;
  return first === undefined ? { text: '' } : others.reduce((all, one) => joined(all, 'and', one), first);
}

/** By the place of what is selected, its name, or its expression. */
export function orderedBy(text: string, selected: readonly (readonly string[])[]): string {
  const place = selected.findIndex((names) => names.includes(text));
  return place < 0 ? text : String(place + 1);
}

/** The names that MySQL 8.0.30 and MariaDB 10.6 write for what was `utf8`. */
export function inUtf8mb3(text: string): string {
  return text.replace(/\butf8(?=_|\b)/g, 'utf8mb3');
}

/** MySQL puts the character set of the connection before each text, MariaDB none. */
const CONNECTION = /^_(utf8mb4|utf8mb3|utf8)$/;

export function literal({ value, introducer = '' }: Token): string {
  return `${CONNECTION.test(introducer) ? '' : introducer}'${value.replaceAll("'", "''")}'`;
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
