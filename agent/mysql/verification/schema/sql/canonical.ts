import { oneShape } from './one-shape';
import {
  condition,
  inUtf8mb3,
  joined,
  literal,
  not,
  orderedBy,
  type Printed,
  quoted,
  signed,
  spelled,
  truth,
  withoutAdded,
} from './one-spelling';
import { type Token, tokensOf } from './tokens';
import { binding, clauses, functions, moments, NOT, SIGN, truths, withoutArguments } from './words';

/**
 * One spelling for what MySQL and MariaDB, or two versions of MySQL, write of one and the same expression or query. Each
 * parses what a user wrote and prints it in its own manner; what remains different here is a difference.
 */
export function canonical(sql: string | readonly Token[]): string {
  const tokens = typeof sql === 'string' ? tokensOf(sql) : sql;
  const narrowed = tokens.some(({ kind, value }) => kind === 'word' && /^(intersect|except)$/.test(value));
  return new Printer(oneShape(withoutDatabaseOfAlias(tokens)), narrowed).sequence('').join(' ');
}

/** MySQL writes the database before the columns of a view that is used by another name, MariaDB does not. */
function withoutDatabaseOfAlias(tokens: readonly Token[]): readonly Token[] {
  const databases = new Map<string, string>();
  for (const [at, token] of tokens.entries()) {
    const [dot, table, alias] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
    const named = token.kind === 'name' && dot?.value === '.' && table?.kind === 'name' && alias?.kind === 'name';
    if (named && tokens[at - 1]?.value !== '.') databases.set(alias.value, token.value);
  }
  return tokens.filter((token, at) => {
    const database = token.kind === 'name' ? at : at - 1;
    const isBefore =
      isQualified(tokens, database) && databases.get(tokens[database + 2]?.value ?? '') === tokens[database]?.value;
    return !isBefore || (token.kind !== 'name' && token.value !== '.');
  });
}

/** `` `database`.`table`.`column` `` begins here. */
function isQualified(tokens: readonly Token[], at: number): boolean {
  const [database, dot, table, second, column] = tokens.slice(Math.max(at, 0), at + 5);
  const names = [database, table, column].every((token) => token?.kind === 'name');
  return at >= 0 && names && dot?.value === '.' && second?.value === '.' && tokens[at - 1]?.value !== '.';
}

class Printer {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    /** Whether queries are joined in a way for which MySQL adds conditions. */
    private readonly narrowed: boolean,
    /** What stands in parentheses, by where they open: joins are nested as deep as there are tables. */
    private readonly groups = new Map<number, { readonly printed: Printed; readonly end: number }>(),
  ) {}

  /** Everything up to the end, or to the parenthesis that closes `within`. */
  sequence(within: string): string[] {
    const printed: string[] = [];
    const selected: string[][] = [];
    let clause = '';
    // An order behind several queries is by the columns of the first.
    let first = true;
    while (this.at < this.tokens.length && !this.is(')')) {
      if (this.isClause()) {
        const word = this.take().value;
        if (word !== 'asc') printed.push(word);
        if (/^(union|intersect|except)$/.test(word)) first = false;
        if (word === 'select' && first) selected.length = 0;
        if (word !== 'by' && word !== 'distinct') clause = word === 'as' && clause === 'select' ? clause : word;
        continue;
      }
      if (this.is(',')) {
        printed.push(this.take().value);
        continue;
      }
      const asked = this.expression(0);
      const expression = this.narrowed && clause === 'where' ? withoutAdded(asked) : asked;
      if (expression.text === '' && clause === 'where') {
        printed.pop();
        continue;
      }
      const text = truths.has(clause) ? condition(expression).text : expression.text;
      if (clause === 'select' && first) this.select(selected, text, printed.at(-1) === 'as');
      printed.push(clause === 'order' ? orderedBy(text, selected) : text);
    }
    return within === 'exists' && printed.slice(-2).join(' ') === 'limit 1' ? printed.slice(0, -2) : printed;
  }

  private select(selected: string[][], text: string, isAlias: boolean): void {
    if (isAlias) selected.at(-1)?.push(text);
    else selected.push([text]);
  }

  private isClause(): boolean {
    const token = this.peek();
    if (token?.kind !== 'word' || !clauses.has(token.value)) return false;
    // LEFT and RIGHT are functions, too.
    return !(this.peek(1)?.value === '(' && ['left', 'right', 'values'].includes(token.value));
  }

  private expression(loosest: number): Printed {
    let left = this.prefix();
    for (;;) {
      const negated =
        this.is('not') && ['like', 'in', 'between', 'regexp', 'rlike'].includes(this.peek(1)?.value ?? '');
      const operator = this.peek(negated ? 1 : 0);
      const strength = operator === undefined || operator.kind === 'name' ? undefined : binding.get(operator.value);
      if (operator === undefined || strength === undefined || strength <= loosest || operator.kind === 'text')
        return left;
      if (negated) this.take();
      this.take();
      const joined = this.infix(left, operator.value, strength);
      left = negated ? not(joined) : joined;
    }
  }

  private infix(left: Printed, operator: string, strength: number): Printed {
    switch (operator) {
      case 'is': {
        const negated = this.skip('not');
        const what = this.take().value;
        const asked = what === 'unknown' ? 'null' : what;
        const asIs = what === 'true' || what === 'false' ? truth(left) : left;
        const is = { text: `(${asIs.text} is ${asked})`, operator: `is ${asked}`, operands: [asIs] };
        return negated ? not(is) : is;
      }
      case 'between': {
        const low = this.expression(5);
        this.skip('and');
        const high = this.expression(5);
        // MySQL writes one bound as a comparison.
        return low.text === high.text
          ? joined(left, '=', low)
          : { text: `(${left.text} between ${low.text} and ${high.text})` };
      }
      case 'like': {
        const pattern = this.expression(strength).text;
        return {
          text: `(${left.text} like ${pattern}${this.skip('escape') ? ` escape ${this.expression(8).text}` : ''})`,
        };
      }
      case 'regexp':
      case 'rlike':
        return { text: `regexp_like(${left.text} , ${this.expression(strength).text})` };
      case 'member':
        this.skip('of');
        return { text: `(${left.text} member of ${this.expression(strength).text})` };
      case '->':
        return { text: `json_extract(${left.text} , ${this.expression(strength).text})` };
      case '->>':
        return { text: `json_unquote(json_extract(${left.text} , ${this.expression(strength).text}))` };
      default:
        return joined(left, spelled(operator), this.quantified(strength));
    }
  }

  /** `= ANY (SELECT …)`: the word belongs to the operand. */
  private quantified(strength: number): Printed {
    if (!(this.is('any') || this.is('some') || this.is('all'))) return this.expression(strength);
    const word = this.take().value;
    return { text: `${word === 'some' ? 'any' : word} ${this.expression(SIGN).text}` };
  }

  private prefix(): Printed {
    const token = this.take();
    if (token.kind === 'text') return { text: literal(token) };
    if (token.kind === 'name') return this.path(quoted(token.value));
    if (token.kind !== 'word') return this.symbol(token);
    if (token.value === 'not') return not(this.expression(NOT));
    if (token.value === 'true') return { text: '1' };
    if (token.value === 'false') return { text: '0' };
    if (token.value === 'case') return this.choice();
    if (token.value === 'binary' && !this.is(')'))
      return { text: `cast(${this.expression(SIGN).text} as char charset binary)` };
    if (token.value === 'interval') return this.interval();
    if (token.value === 'exists') return this.call('exists');
    if (this.is('as') && this.peek(1)?.value === '(') return { text: quoted(token.written) };
    if (moments.has(token.value) && this.peek()?.kind === 'text') {
      return { text: `${token.value}${literal(this.take())}` };
    }
    // In the columns of a JSON_TABLE. Some versions show a width that no number has.
    if (/^(tiny|small|medium|big)?int$/.test(token.value) && this.skip('(')) {
      this.group();
      return { text: token.value };
    }
    const name = inUtf8mb3(functions.get(token.value) ?? token.value);
    if (this.is('(')) return this.call(name);
    if (this.is('.')) return this.path(name);
    return { text: name };
  }

  private symbol(token: Token): Printed {
    if (token.kind !== 'symbol') return { text: token.value };
    if (token.value === '!') return not(this.expression(SIGN));
    if (token.value === '-' || token.value === '~' || token.value === '+') {
      return { text: signed(token.value, this.expression(SIGN).text) };
    }
    return token.value === '(' ? this.group() : { text: token.value };
  }

  private group(): Printed {
    const opening = this.at;
    const { printed, end } = this.groups.get(opening) ?? { printed: this.grouped(), end: this.at };
    this.groups.set(opening, { printed, end });
    this.at = end;
    return printed;
  }

  /** A single expression needs no parentheses; a list or a query does. */
  private grouped(): Printed {
    const inner = new Printer(this.tokens, this.narrowed, this.groups);
    inner.at = this.at;
    if (!inner.isClause() && !inner.is(')')) {
      const expression = inner.expression(0);
      if (inner.is(')')) {
        this.at = inner.at + 1;
        return expression;
      }
    }
    const printed = this.sequence('');
    this.skip(')');
    const isRow = printed.length > 1 && printed.every((text, place) => (text === ',') === (place % 2 === 1));
    const items = isRow ? printed.filter((text) => text !== ',').map((text) => ({ text })) : [];
    return { text: `( ${printed.join(' ')} )`, ...(items.length > 1 && { items }) };
  }

  private path(first: string): Printed {
    let text = first;
    while (this.is('.')) {
      this.take();
      const next = this.take();
      text += `.${next.kind === 'word' || next.kind === 'name' ? quoted(next.kind === 'name' ? next.value : next.written) : next.value}`;
    }
    return this.is('(') && this.peek()?.kind === 'symbol' && text.includes('.') ? this.call(text) : { text };
  }

  private call(name: string): Printed {
    this.skip('(');
    const printed = this.sequence(name);
    this.skip(')');
    if (printed.length === 0 && withoutArguments.has(name)) return { text: name };
    if (name === 'mod' && printed.length === 3) return { text: `(${printed[0]} % ${printed[2]})` };
    if (name === 'not' && printed.length === 1) return not({ text: printed[0] ?? '' });
    if (name === 'date' && printed.length === 1) return { text: `cast(${printed[0]} as date)` };
    if (name === 'isnull' && printed.length === 1) return { text: `(${printed[0]} is null)` };
    return { text: `${name}(${printed.join(' ')})` };
  }

  private choice(): Printed {
    const printed: string[] = [];
    while (this.at < this.tokens.length && !this.is('end')) {
      if (this.isClause()) printed.push(this.take().value);
      else {
        const expression = this.expression(0);
        printed.push(printed.at(-1) === 'when' && printed.length === 1 ? truth(expression).text : expression.text);
      }
    }
    this.skip('end');
    return { text: `case ${printed.join(' ')} end` };
  }

  private interval(): Printed {
    const amount = this.expression(0).text;
    return { text: `interval ${amount} ${this.take().value}` };
  }

  private peek(further = 0): Token | undefined {
    return this.tokens[this.at + further];
  }

  private is(value: string): boolean {
    const token = this.peek();
    return token !== undefined && token.value === value && (token.kind === 'symbol' || token.kind === 'word');
  }

  private skip(value: string): boolean {
    if (!this.is(value)) return false;
    this.at += 1;
    return true;
  }

  private take(): Token {
    const token = this.tokens[this.at] ?? END;
    this.at += 1;
    return token;
  }
}

const END: Token = { kind: 'symbol', value: '', written: '', start: 0, end: 0 };
