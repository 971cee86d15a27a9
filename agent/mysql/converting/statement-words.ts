import { objectName } from '../../sql/object-name';
import type { Token } from '../binlog/tokens';
import type { IndexPart } from './tables';

/** Why a statement is not run: goes on from "The statement …". */
export class RefusedStatement extends Error {
  constructor(readonly reason: string) {
    super(`The statement ${reason}.`);
  }
}

export const ACCEPTED =
  'accepted are ALTER TABLE schema.table with ADD INDEX, DROP INDEX, ENGINE=InnoDB and ROW_FORMAT=DYNAMIC, CREATE INDEX … ON schema.table and DROP INDEX … ON schema.table';
export const WITH_COLUMNS = 'and, with changesColumns, ADD, DROP, MODIFY and CHANGE COLUMN and ADD PRIMARY KEY';

export function refuse(reason: string): never {
  throw new RefusedStatement(reason);
}

export function isSign(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

/** A statement as it is read from its beginning to its end. */
export class Words {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  is(word: string): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'word' && token.text.toUpperCase() === word;
  }

  next(word: string): boolean {
    if (!this.is(word)) return false;
    this.at += 1;
    return true;
  }

  isSign(sign: string): boolean {
    return isSign(this.tokens[this.at], sign);
  }

  nextSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.at += 1;
    return true;
  }

  expect(word: string): void {
    if (!this.next(word)) refuse(`has ${this.shown()} where ${word} is expected: ${ACCEPTED}`);
  }

  name(): string {
    const token = this.tokens[this.at];
    if (token?.kind !== 'word' && token?.kind !== 'name') return refuse(`has ${this.shown()} where a name is expected`);
    this.at += 1;
    return token.text;
  }

  /** Which database a session is in decides of any other. */
  table(): string {
    const schema = this.name();
    if (!this.nextSign('.')) return refuse(`names ${schema} without its database: write schema.table`);
    return objectName(schema, this.name());
  }

  end(): void {
    if (this.at < this.tokens.length) refuse(`goes on with ${this.shown()}, which is not known: ${ACCEPTED}`);
  }

  /** For an error: no value of the user's is in it. */
  shown(): string {
    const token = this.tokens[this.at];
    if (token === undefined) return 'an end';
    return token.kind === 'text' ? 'a text' : token.text;
  }

  /** How it is done, and not what. */
  hint(): boolean {
    if (!this.next('ALGORITHM') && !this.next('LOCK')) return false;
    this.nextSign('=');
    this.name();
    return true;
  }

  hints(): void {
    while (this.hint());
  }

  indexType(): void {
    if (this.next('USING')) this.name();
  }

  indexOptions(): void {
    for (;;) {
      if (this.next('COMMENT')) this.text();
      else if (this.is('USING')) this.indexType();
      else if (!this.next('VISIBLE')) return;
    }
  }

  /** `undefined` where it has an expression or an order. */
  indexParts(): readonly IndexPart[] | undefined {
    if (!this.nextSign('(')) return refuse(`has ${this.shown()} where the columns of an index are expected`);
    const parts: IndexPart[] = [];
    let comparable = true;
    do {
      if (this.isSign('(')) {
        comparable = false;
        this.parenthesis();
      } else {
        const column = this.name();
        const length = this.nextSign('(') ? Number(this.name()) : undefined;
        if (length !== undefined && !this.nextSign(')')) refuse(`has ${this.shown()} in the columns of an index`);
        parts.push({ column, ...(length === undefined ? {} : { length }) });
      }
      if (this.next('DESC')) comparable = false;
      else this.next('ASC');
    } while (this.nextSign(','));
    if (!this.nextSign(')')) refuse(`has ${this.shown()} in the columns of an index`);
    return comparable ? parts : undefined;
  }

  /** Of a column's definition. A reference or a check of its own would be one more thing that is changed. */
  restOfClause(): void {
    while (this.at < this.tokens.length && !this.isSign(',')) {
      if (this.is('REFERENCES') || this.is('CHECK')) refuse(`has ${this.shown()}: ${ACCEPTED}, ${WITH_COLUMNS}`);
      if (this.is('UNIQUE') || this.is('PRIMARY') || this.is('KEY')) {
        refuse(`has ${this.shown()} within a column: state the index as a clause of its own, with a name`);
      }
      if (this.isSign('(')) this.parenthesis();
      else this.at += 1;
    }
  }

  private text(): void {
    if (this.tokens[this.at]?.kind !== 'text') refuse(`has ${this.shown()} where a text is expected`);
    this.at += 1;
  }

  private parenthesis(): void {
    let depth = 0;
    do {
      if (this.at >= this.tokens.length) refuse('has a parenthesis without an end');
      if (this.isSign('(')) depth += 1;
      if (this.isSign(')')) depth -= 1;
      this.at += 1;
    } while (depth > 0);
  }
}
