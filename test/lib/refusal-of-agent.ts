import { checkRequest } from '../../agent/request';
import { TaskFailure } from '../../rehearsal/states-language';

/**
 * What the agent itself says of a task that it would not take. A definition may catch any failure, and go on as if the
 * answer had been no: `broken` has the refusal in any case.
 */
export function refusalOfAgent(task: unknown, broken: string[]): TaskFailure | undefined {
  try {
    checkRequest(task);
    return undefined;
  } catch (error) {
    broken.push(String(error));
    return new TaskFailure('Agent.BadRequest', String(error));
  }
}
