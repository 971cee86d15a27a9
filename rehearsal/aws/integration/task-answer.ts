import { TaskFailure } from '../../states-language';
import type { TaskAnswer } from '../sfn/task-tokens';

/** A worker's answer as the task's result. @throws TaskFailure where the worker reported one */
export function answerOf(answer: TaskAnswer): unknown {
  if (answer.kind === 'failure') {
    throw new TaskFailure(answer.error, answer.cause);
  }
  return answer.output;
}
