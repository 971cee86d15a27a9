import type { NormalizedSchema } from '@smithy/core/schema';
import { brokenConstraint, constraintOf } from './constraints';
import { enumValues } from './enums';
import { Either, isExpression, Sequence, shapeOfExpression, UNKNOWN } from './expression-shape';
import { memberName } from './java-names';
import type { SdkOperation } from './operations';
import type { SdkServiceNames } from './services';
import { clientMembersOf, isStringInJava, membersOf, requiredMembers, type ScalarType, typeName } from './structure';

export type ProblemKind =
  | 'unknown-service'
  | 'unknown-action'
  | 'unknown-pattern'
  | 'unknown-parameter'
  | 'missing-parameter'
  | 'wrong-type'
  | 'wrong-value'
  | 'bad-expression'
  | 'no-task-token'
  | 'unchecked';

export interface Problem {
  readonly kind: ProblemKind;
  /** Where in the arguments, e.g. `ChangeBatch.Changes[0].ResourceRecordSet`; empty for the whole of them. */
  readonly path: string;
  readonly message: string;
}

/**
 * Whose arguments they are: a definition's, whose values may still be JSONata expressions; a running task's, all values
 * known; or an SDK client's, in its own spelling.
 */
export type ArgumentsKind = 'definition' | 'task' | 'client';

/** Compares arguments with what the operation takes. */
export async function checkArguments(
  operation: SdkOperation,
  value: unknown,
  kind: ArgumentsKind = 'definition',
): Promise<Problem[]> {
  const check = new ArgumentsCheck(operation.service, kind);
  await check.value(operation.input, value, '');
  return check.problems;
}

/** Compares what a state machine would be answered with, in the SDK for Java 2's spelling, with the operation's output. */
export async function checkAnswer(operation: SdkOperation, value: unknown): Promise<Problem[]> {
  // One that the model has no output for is answered with an empty object.
  if (operation.output.isUnitSchema() && JSON.stringify(value) === '{}') return [];
  const check = new ArgumentsCheck(operation.service, 'task');
  await check.value(operation.output, value, '');
  return check.problems;
}

class ArgumentsCheck {
  readonly problems: Problem[] = [];

  constructor(
    private readonly service: SdkServiceNames,
    private readonly kind: ArgumentsKind,
  ) {}

  async value(schema: NormalizedSchema, value: unknown, path: string): Promise<void> {
    if (this.isExpression(value)) {
      return this.expression(schema, value, path);
    }
    if (this.kind === 'definition' && typeof value === 'string' && /^\s+\{%|%\}\s+$/.test(value)) {
      return this.report(
        'bad-expression',
        path,
        `Step Functions takes "${value}" as text: a blank stands outside {% %}.`,
      );
    }
    if (value === UNKNOWN) {
      return this.unknown(schema, path);
    }
    if (value instanceof Either) {
      for (const option of value.options) {
        await this.value(schema, option, path);
      }
      return;
    }
    if (value instanceof Sequence) {
      return this.value(schema.isListSchema() ? schema.getValueSchema() : schema, value.item, `${path}[]`);
    }
    if (schema.isStructSchema()) {
      return this.structure(schema, value, path);
    }
    if (schema.isListSchema()) {
      return this.list(schema, value, path);
    }
    if (schema.isMapSchema()) {
      return this.map(schema, value, path);
    }
    this.scalar(schema, value, path);
  }

  private async expression(schema: NormalizedSchema, text: string, path: string): Promise<void> {
    let shape: unknown;
    try {
      shape = shapeOfExpression(text);
    } catch (error) {
      return this.report('bad-expression', path, `${text} is no JSONata: ${messageOf(error)}`);
    }
    await this.value(schema, shape, path);
  }

  /** Where only a scalar can stand, any expression will do; where names could be misspelt, silence would hide it. */
  private unknown(schema: NormalizedSchema, path: string): void {
    if (holdsNames(schema)) {
      this.report('unchecked', path, `The parameter names inside come from an expression that only a run can tell.`);
    }
  }

  private async structure(schema: NormalizedSchema, value: unknown, path: string): Promise<void> {
    if (!isRecord(value)) {
      return this.report('wrong-type', path, `Got ${describe(value)}; ${schema.getName()} is an object.`);
    }
    const members = this.kind === 'client' ? clientMembersOf(schema) : membersOf(this.service, schema);
    const given = Object.entries(value).filter(([, argument]) => argument !== undefined);
    for (const [name, argument] of given) {
      const member = members.get(name);
      if (member === undefined) {
        this.report('unknown-parameter', join(path, name), unknownName(name, [...members.keys()], this.kind));
      } else if (this.kind !== 'client' && isStringInJava(this.service, member.name)) {
        this.text(argument, join(path, name));
      } else {
        await this.value(member.schema, argument, join(path, name));
        await this.enumeration(schema, member.name, argument, join(path, name));
        this.constraint(`${schema.getName()}.${member.name}`, argument, join(path, name));
      }
    }
    for (const required of requiredMembers(schema).map((name) => (this.kind === 'client' ? name : memberName(name)))) {
      if (value[required] === undefined) {
        this.report('missing-parameter', join(path, required), `${schema.getName()} requires ${required}.`);
      }
    }
  }

  private async enumeration(structure: NormalizedSchema, member: string, value: unknown, path: string): Promise<void> {
    const accepted = await enumValues(this.service, structure, member);
    for (const item of accepted === undefined ? [] : [value].flat()) {
      if (typeof item === 'string' && !this.isExpression(item) && !accepted?.includes(item)) {
        this.report('wrong-value', path, `Got "${item}"; accepted are ${accepted?.join(', ')}.`);
      }
    }
  }

  /** @param of structure and member, as {@link constraintOf} has them. */
  private constraint(of: string, value: unknown, path: string): void {
    if (this.isExpression(value)) {
      this.constraint(of, shapeIfParsed(value), path);
    } else if (value instanceof Either) {
      for (const option of value.options) this.constraint(of, option, path);
    } else if (value instanceof Sequence) {
      this.constraint(`${of}[]`, value.item, `${path}[]`);
    } else {
      const broken = isCountable(value) ? brokenConstraint(constraintOf(this.service, of), value) : undefined;
      if (broken !== undefined) this.report('wrong-value', path, broken);
      this.constraintsWithin(of, value, path);
    }
  }

  private constraintsWithin(of: string, value: unknown, path: string): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.constraint(`${of}[]`, item, `${path}[${index}]`);
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) {
        this.constraint(`${of}{}`, key, join(path, key));
        this.constraint(`${of}[]`, item, join(path, key));
      }
    }
  }

  private async list(schema: NormalizedSchema, value: unknown, path: string): Promise<void> {
    if (!Array.isArray(value)) {
      return this.report('wrong-type', path, `Got ${describe(value)}; this is a list.`);
    }
    for (const [index, item] of value.entries()) {
      await this.value(schema.getValueSchema(), item, `${path}[${index}]`);
    }
  }

  private async map(schema: NormalizedSchema, value: unknown, path: string): Promise<void> {
    if (!isRecord(value)) {
      return this.report('wrong-type', path, `Got ${describe(value)}; this is a map.`);
    }
    for (const [key, item] of Object.entries(value)) {
      await this.value(schema.getValueSchema(), item, join(path, key));
    }
  }

  private scalar(schema: NormalizedSchema, value: unknown, path: string): void {
    const expected = typeName(schema);
    if (!fits(expected, value, this.kind)) {
      this.report('wrong-type', path, `Got ${describe(value)}; this is a ${expected}.`);
    }
  }

  private text(value: unknown, path: string): void {
    if (typeof value !== 'string' && value !== UNKNOWN) {
      this.report('wrong-type', path, `Got ${describe(value)}; this is a string in the SDK for Java 2.`);
    }
  }

  private isExpression(value: unknown): value is string {
    return this.kind === 'definition' && typeof value === 'string' && isExpression(value);
  }

  private report(kind: ProblemKind, path: string, message: string): void {
    // Two branches of an expression may have the same mistake.
    if (!this.problems.some((known) => known.path === path && known.message === message)) {
      this.problems.push({ kind, path, message });
    }
  }
}

function fits(expected: ScalarType, value: unknown, kind: ArgumentsKind): boolean {
  switch (expected) {
    case 'document':
      return true;
    case 'timestamp':
      return kind === 'client' ? value instanceof Date : typeof value === 'string';
    case 'blob':
      return kind === 'client' ? value instanceof Uint8Array : typeof value === 'string';
    default:
      return typeof value === expected;
  }
}

/** What is no JSONata has been said elsewhere. */
function shapeIfParsed(text: string): unknown {
  try {
    return shapeOfExpression(text);
  } catch {
    return UNKNOWN;
  }
}

/** An array of which a part comes out of an expression may have any number of items. */
function isCountable(value: unknown): boolean {
  return (
    !Array.isArray(value) ||
    !value.some((item) => item === UNKNOWN || item instanceof Either || item instanceof Sequence)
  );
}

function holdsNames(schema: NormalizedSchema): boolean {
  if (schema.isListSchema() || schema.isMapSchema()) {
    return holdsNames(schema.getValueSchema());
  }
  return schema.isStructSchema();
}

function unknownName(name: string, known: readonly string[], kind: ArgumentsKind): string {
  const meant = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (meant === undefined) return `There is no ${name}; known are ${known.join(', ')}.`;
  const where = kind === 'client' ? 'the SDK for JavaScript' : 'a state machine (names follow the SDK for Java 2)';
  return `${name} is spelt ${meant} in ${where}.`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

const describe = (value: unknown) => (Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : JSON.stringify(error));
