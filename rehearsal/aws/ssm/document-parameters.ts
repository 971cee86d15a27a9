import { AwsError } from '../aws-error';
import type { CommandDocument, DocumentParameter } from './document';

/** Every parameter's value, given or by default. */
export type ParameterValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * The values a document is run with.
 *
 * @throws AwsError InvalidParameters, as SendCommand does before anything is sent.
 */
export function parameterValues(
  document: CommandDocument,
  given: Readonly<Record<string, readonly string[]>>,
): ParameterValues {
  const unknown = Object.keys(given).filter((name) => document.parameters[name] === undefined);
  if (unknown.length > 0) {
    throw invalid(
      `Undefined parameters: ${unknown.join(', ')}. The document ${document.name} has ${Object.keys(document.parameters).join(', ') || 'none'}.`,
    );
  }
  return Object.fromEntries(
    Object.entries(document.parameters).map(([name, declared]) => [name, chosenValue(name, declared, given[name])]),
  );
}

function chosenValue(name: string, declared: DocumentParameter, given: readonly string[] | undefined) {
  if (given === undefined) {
    if (declared.default === undefined) {
      throw invalid(`Missing required parameters: ${name}.`);
    }
    return declared.default;
  }
  if (declared.type === 'StringList') {
    checkCount(name, declared, given.length);
    for (const item of given) checkText(name, declared, item);
    return given;
  }
  const [value, ...more] = given;
  if (value === undefined || more.length > 0) {
    throw invalid(`The parameter ${name} is a ${declared.type} and takes one value; got ${given.length}.`);
  }
  checkText(name, declared, value);
  return value;
}

function checkCount(name: string, { minItems = 0, maxItems = Number.POSITIVE_INFINITY }: DocumentParameter, n: number) {
  if (n < minItems || n > maxItems) {
    throw invalid(`The parameter ${name} takes ${minItems} to ${maxItems} items; got ${n}.`);
  }
}

/** The pattern has to be found in the value, not to cover it: a pattern without ^ and $ lets nearly anything pass. */
function checkText(name: string, declared: DocumentParameter, value: string): void {
  const { type, allowedPattern, allowedValues, minChars = 0, maxChars = Number.POSITIVE_INFINITY } = declared;
  if (allowedPattern !== undefined && !allowedPattern.test(value)) {
    throw invalid(`The value of ${name} does not match the allowedPattern ${allowedPattern.source}.`);
  }
  if (allowedValues !== undefined && !allowedValues.includes(value)) {
    throw invalid(`The value of ${name} is none of ${allowedValues.join(', ')}.`);
  }
  if (value.length < minChars || value.length > maxChars) {
    throw invalid(`The value of ${name} must have ${minChars} to ${maxChars} characters; it has ${value.length}.`);
  }
  if ((type === 'Integer' && !/^-?\d+$/.test(value)) || (type === 'Boolean' && !/^(true|false)$/i.test(value))) {
    throw invalid(`The value of ${name} is no ${type}.`);
  }
}

const invalid = (message: string) => new AwsError('InvalidParameters', message);
