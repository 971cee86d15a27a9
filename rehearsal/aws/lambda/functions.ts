import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import { functionArn, parseFunctionName } from './function-name';

export interface LambdaFunction {
  readonly name: string;
  /** Undefined: it shares the account's unreserved concurrency. */
  reservedConcurrency: number | undefined;
  /** Of one invocation. */
  readonly timeoutSeconds: number;
  readonly more: FunctionFacts;
}

/** What is told of a function, as far as anybody asks. */
export type FunctionFacts = Pick<FunctionConfiguration, 'Environment' | 'VpcConfig'>;

/** Lambda's own, where nothing is said. */
const DEFAULT_TIMEOUT_SECONDS = 3;

export interface FunctionsProps {
  readonly environment: AwsEnvironment;
  /** How many executions the account may have at once. */
  readonly concurrencyLimit: number;
}

/** Lambda leaves so much to functions without a reservation. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const MIN_UNRESERVED = 100;

/** The functions of the account, and what of its concurrency is reserved for each. */
export class Functions {
  private readonly known = new Map<string, LambdaFunction>();

  constructor(private readonly props: FunctionsProps) {}

  add(
    name: string,
    reservedConcurrency?: number,
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    more: FunctionFacts = {},
  ): void {
    this.known.set(name, { name, reservedConcurrency, timeoutSeconds, more });
  }

  all(): readonly LambdaFunction[] {
    return [...this.known.values()];
  }

  /** By any form of its name. @throws AwsError where there is no such function */
  require(text: string): LambdaFunction {
    const { name } = parseFunctionName(text);
    const found = this.known.get(name);
    if (found === undefined) {
      const arn = functionArn(this.props.environment, { name, qualifier: undefined });
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`);
    }
    return found;
  }

  /**
   * @throws AwsError where a version or alias is named, or too little would be left to functions without a reservation
   */
  reserve(text: string, executions: number): LambdaFunction {
    const found = this.requireWhole(text);
    const others = [...this.known.values()]
      .filter((each) => each !== found)
      .reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
    const takesMore = executions > (found.reservedConcurrency ?? 0);
    if (takesMore && this.props.concurrencyLimit - others - executions < MIN_UNRESERVED) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${MIN_UNRESERVED}].`,
      );
    }
    found.reservedConcurrency = executions;
    return found;
  }

  /** @throws AwsError where a version or alias is named */
  release(text: string): LambdaFunction {
    const found = this.requireWhole(text);
    found.reservedConcurrency = undefined;
    return found;
  }

  private requireWhole(text: string): LambdaFunction {
    if (parseFunctionName(text).qualifier !== undefined) {
      throw new AwsError(
        'InvalidParameterValueException',
        'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
      );
    }
    return this.require(text);
  }
}
