import type { PutParameterRequest } from '@aws-sdk/client-ssm';
import { AwsError } from '../aws-error';

/** Characters, as the service counts them; both tiers' limits. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
// @see docs/aws-facts.md#ssm-parameter-name, docs/aws-facts.md#ssm-parameter-size
export const STANDARD_VALUE_LIMIT = 4096;
export const ADVANCED_VALUE_LIMIT = 8192;
const MAX_LEVELS = 15;
const MAX_NAME_LENGTH = 1011;

/**
 * What PutParameter says about a name.
 *
 * @throws AwsError where the service refuses it.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || (name.includes('/') && !name.startsWith('/'))) {
    throw new AwsError(
      'ValidationException',
      name.includes('/') && !name.startsWith('/')
        ? 'Parameter name must be a fully qualified name.'
        : 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw new AwsError(
      'ValidationException',
      `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive): ${name}.`,
    );
  }
  if (name.length > MAX_NAME_LENGTH) {
    throw new AwsError(
      'ValidationException',
      `Parameter name must be at most ${MAX_NAME_LENGTH} characters long; it has ${name.length}.`,
    );
  }
  if (name.split('/').filter((level) => level !== '').length > MAX_LEVELS) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `Parameter hierarchy exceeds the maximum of ${MAX_LEVELS} levels.`,
    );
  }
}

/** @throws AwsError where the service refuses the value. */
export function checkValue({ Value: value = '', AllowedPattern: allowed }: PutParameterRequest): void {
  if (value === '') {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  // Two braces begin a reference to another parameter, which a value may not hold: JSON of nested objects can have them.
  if (/\{\{.*\}\}/s.test(value)) {
    throw new AwsError('ValidationException', "Parameter value: can't nest another parameter.");
  }
  if (allowed !== undefined && allowed !== '' && !new RegExp(`^(?:${allowed})$`).test(value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowed}`,
    );
  }
}

/**
 * The tier a value is kept in.
 *
 * @throws AwsError where the value is too long for the tier that was asked for, or would need a downgrade.
 */
export function tierFor(
  request: PutParameterRequest,
  current: 'Standard' | 'Advanced' | undefined,
): 'Standard' | 'Advanced' {
  const length = (request.Value ?? '').length;
  const wanted = request.Tier ?? current ?? 'Standard';
  const tier =
    wanted === 'Intelligent-Tiering'
      ? length > STANDARD_VALUE_LIMIT || current === 'Advanced'
        ? 'Advanced'
        : 'Standard'
      : wanted;
  if (length > ADVANCED_VALUE_LIMIT) {
    throw new AwsError(
      'ValidationException',
      `${tier} tier parameters support a maximum parameter value of ${tier === 'Standard' ? STANDARD_VALUE_LIMIT : ADVANCED_VALUE_LIMIT} characters.`,
    );
  }
  if (tier === 'Standard' && length > STANDARD_VALUE_LIMIT) {
    throw new AwsError(
      'ValidationException',
      `Standard tier parameters support a maximum parameter value of ${STANDARD_VALUE_LIMIT} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  }
  if (tier === 'Standard' && current === 'Advanced') {
    throw new AwsError(
      'ValidationException',
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.",
    );
  }
  return tier === 'Advanced' ? 'Advanced' : 'Standard';
}
