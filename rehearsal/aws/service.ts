import type { Principal, RequestContext } from './policy';

/** What a caller must be allowed to do, per the Service Authorization Reference. */
export interface Need {
  /** e.g. `ssm:PutParameter`. */
  readonly action: string;
  /** Every one must be allowed. `*` where the API knows no resources. */
  readonly resources: readonly string[];
  /** The service's own condition keys. */
  readonly context?: RequestContext;
}

export interface Caller {
  readonly principal: Principal;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** One action: what it takes to be allowed to call it, and what it does. */
export interface Operation<Input, Output> {
  needs(input: Input, principal: Principal): readonly Need[];
  /** @throws AwsError where the service refuses. */
  run(input: Input, caller: Caller): Output | Promise<Output>;
}

/** An operation whose input has been compared with its schema. */
export type AnyOperation = Operation<never, object>;

/** A service of the control plane: its actions by Step Functions' names, e.g. `putParameter`. */
export interface AwsService {
  /** Step Functions' service identifier, e.g. `ssm`. */
  readonly identifier: string;
  readonly operations: Readonly<Record<string, AnyOperation>>;
}
