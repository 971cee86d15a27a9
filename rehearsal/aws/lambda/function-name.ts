import { type AwsEnvironment, arnOf } from '../environment';

/** A function as a request names it. */
export interface FunctionName {
  readonly name: string;
  /** A version or an alias. */
  readonly qualifier: string | undefined;
}

/**
 * Reads a name, a partial ARN (`111122223333:function:name`) or an ARN, each with or without a qualifier.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
 */
export function parseFunctionName(text: string): FunctionName {
  const [name = '', qualifier] = text.replace(/^.*?function:/, '').split(':');
  return { name, qualifier };
}

export function functionArn(environment: AwsEnvironment, { name, qualifier }: FunctionName): string {
  const suffix = qualifier === undefined ? '' : `:${qualifier}`;
  return arnOf(environment, 'lambda', `function:${name}${suffix}`);
}
