import { TaskFailure, type TaskRequest } from '../../states-language';
import { AwsError } from '../aws-error';
import type { Sfn } from '../sfn/sfn';
import { answerOf } from './task-answer';

/** Puts an activity's task before the workers, and waits for the answer of the one that takes it. */
export async function runActivity(sfn: Sfn, request: TaskRequest, activityArn: string): Promise<unknown> {
  const token = request.taskToken;
  if (token === undefined) {
    throw new TaskFailure('States.Runtime', `The activity task ${request.stateName} has no token.`);
  }
  const answer = sfn.tokens.wait({
    token,
    resourceArn: activityArn,
    signal: request.signal,
    heartbeat: () => request.heartbeat(),
  });
  try {
    sfn.activities.schedule(activityArn, {
      token,
      input: JSON.stringify(request.arguments),
      signal: request.signal,
      started: (workerName) => request.started(workerName),
    });
  } catch (error) {
    throw error instanceof AwsError ? new TaskFailure('States.Runtime', error.message) : error;
  }
  return answerOf(await answer);
}
