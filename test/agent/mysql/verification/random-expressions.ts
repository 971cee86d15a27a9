import { Random } from '../../../../rehearsal/clients/random';

/** Expressions over `s (id, a, b, n)` with all of their parentheses; the same ones for a seed. */
export class RandomExpressions {
  private readonly random: Random;

  constructor(seed: string) {
    this.random = new Random(seed);
  }

  next(): string {
    const depth = this.random.between(1, 4);
    return this.random.chance(0.5) ? this.truth(depth) : this.figure(depth);
  }

  /** The same without most of the parentheses that stand for themselves: another expression, or the same. */
  without(expression: string): string {
    let less = expression;
    for (let pairs = this.random.between(1, 12); pairs > 0; pairs -= 1) less = this.withoutOne(less);
    return less;
  }

  private withoutOne(expression: string): string {
    const openings = [...expression.matchAll(/(?<![\w]|IN )\(/g)].map(({ index }) => index);
    const opening = openings.length === 0 ? undefined : this.random.pick(openings);
    if (opening === undefined) return expression;
    let closing = opening;
    for (let depth = 0; closing < expression.length; closing += 1) {
      if (expression[closing] === '(') depth += 1;
      if (expression[closing] === ')') depth -= 1;
      if (depth === 0) break;
    }
    return `${expression.slice(0, opening)} ${expression.slice(opening + 1, closing)} ${expression.slice(closing + 1)}`;
  }

  private figure(depth: number): string {
    if (depth <= 0) return this.one('a', 'b', 'id', '1', '2', '0', '-3', '1.5');
    const [left, right] = [this.figure(depth - 1), this.figure(depth - 1)];
    return this.one(
      `(${left} ${this.one('+', '-', '*', '/', 'DIV', '%')} ${right})`,
      `(${left} ${this.one('+', '-', '*')} ${right})`,
      `(${left} ${this.one('|', '&', '<<', '>>', '^')} ${right})`,
      `(${this.one('-', '~')} ${left})`,
      `IFNULL(${left}, ${right})`,
      `IF(${this.truth(depth - 1)}, ${left}, ${right})`,
      `CASE WHEN ${this.truth(depth - 1)} THEN ${left} ELSE ${right} END`,
      `LENGTH(${this.words(depth - 1)})`,
      `(${this.truth(depth - 1)})`,
      `CAST(${left} AS SIGNED)`,
    );
  }

  private truth(depth: number): string {
    if (depth <= 0) return this.one('(a = 1)', '(b > 2)', "(n = 'x')", '(a IS NULL)');
    const [left, right] = [this.truth(depth - 1), this.truth(depth - 1)];
    const [low, high] = [this.figure(depth - 1), this.figure(depth - 1)];
    return this.one(
      // Not XOR: MySQL moves a NOT from one of its sides to the other.
      `(${left} ${this.one('AND', 'OR')} ${right})`,
      `(NOT ${left})`,
      `(${low} ${this.one('=', '<>', '<', '<=', '>=', '<=>')} ${high})`,
      // Of a column: MariaDB loses the parentheses of a predicate before another one.
      `(id BETWEEN ${low} AND ${high})`,
      `(a ${this.one('IN', 'NOT IN')} (${low}, 5))`,
      `(${this.words(depth - 1)} ${this.one('LIKE', 'NOT LIKE', '=', '<')} ${this.words(depth - 1)})`,
      `(${low} IS ${this.one('', 'NOT ')}NULL)`,
    );
  }

  private words(depth: number): string {
    if (depth <= 0) return this.one('n', "'A'", "'a  b'", "'it''s'", "''", "'a%'");
    const word = this.words(depth - 1);
    return this.one(
      `CONCAT(${word}, 'x')`,
      `UPPER(${word})`,
      `SUBSTRING(${word}, 1, 2)`,
      `(${word} COLLATE utf8mb4_bin)`,
    );
  }

  private one(...choices: readonly string[]): string {
    return this.random.pick(choices);
  }
}
