import type { Construct } from 'constructs';
import { parameterArn } from '../journal/journal';
import { parameterName } from '../migration-name';
import { literal } from '../states/expression';

/** What a URL's encoding leaves of an execution's name and a parameter's name may not have. */
const NOT_IN_A_PARAMETER_NAME = [
  ['_', '_5F'],
  ['%', '_'],
  ['!', '_21'],
  ["'", '_27'],
  ['(', '_28'],
  [')', '_29'],
] as const;

/**
 * JSONata: the parameter that anyone who comes after an execution creates. Executions may have names that a parameter cannot;
 * two of them never make the same name.
 *
 * @param execution JSONata: the ARN of the execution
 * @see docs/aws-facts.md#sfn-execution-name
 * @see docs/aws-facts.md#ssm-parameter-name
 */
export function linkAfter(migrationName: string, execution: string): string {
  return linkBelow(literal(`${parameterName(migrationName, 'lock')}/`), execution);
}

/** @param folder JSONata: the folder of the links, with its slash */
export function linkBelow(folder: string, execution: string): string {
  const name = NOT_IN_A_PARAMETER_NAME.reduce(
    (text, [from, to]) => `$replace(${text}, ${JSON.stringify(from)}, '${to}')`,
    `$encodeUrlComponent($substringAfter(${execution}, ':execution:'))`,
  );
  return `${folder} & ${name}`;
}

/** The parameter that says who had the lock last. The links of its chain lie below it. */
export interface LockParameter {
  /** As a field of a state. */
  readonly field: string;
  /** JSONata: the folder of its links, with its slash. */
  readonly folder: string;
  /** Of it, by a wildcard where only the execution knows which it is. */
  readonly arn: string;
}

/** Of a migration that has one lock. */
export function lockOfMigration(scope: Construct, migrationName: string): LockParameter {
  const name = parameterName(migrationName, 'lock');
  return { field: name, folder: literal(`${name}/`), arn: parameterArn(scope, name) };
}
