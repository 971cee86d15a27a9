import { StateFailure } from './errors';
import { byteLength, type Json, type JsonObject } from './json';
import type { VariableScope } from './scope';

/**
 * 256 KiB: input and output of a state, of a task and of an execution; a variable; all variables of one Assign.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
export const MAX_PAYLOAD_BYTES = 262_144;

/** 10 MiB: all variables of an execution. */
const MAX_VARIABLES_BYTES = 10_485_760;

/**
 * @param owner As Step Functions names it: a state, or a task's resource type such as `aws-sdk:cloudformation`.
 * @throws StateFailure States.DataLimitExceeded
 */
export function limitResult(value: Json, owner: string): void {
  if (byteLength(value) > MAX_PAYLOAD_BYTES) {
    exceeded(
      `The state/task '${owner}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

/** @throws StateFailure States.DataLimitExceeded */
export function limitInput(value: Json, owner: string): void {
  if (byteLength(value) > MAX_PAYLOAD_BYTES) {
    exceeded(
      `The state/task '${owner}' was given an input with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

/** @throws StateFailure States.DataLimitExceeded */
export function limitVariables(values: JsonObject, scope: VariableScope, state: string): void {
  if (byteLength(values) > MAX_PAYLOAD_BYTES) {
    exceeded(`The state '${state}' assigned variables of more than ${MAX_PAYLOAD_BYTES} bytes.`);
  }
  if (scope.bytesWith(values) > MAX_VARIABLES_BYTES) {
    exceeded(`The variables of the execution exceed ${MAX_VARIABLES_BYTES} bytes after the state '${state}'.`);
  }
}

function exceeded(reason: string): never {
  throw new StateFailure('States.DataLimitExceeded', reason);
}
