import { Duration } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { undoFence, whoIsThere } from '../../cutover/phases/fence';
import { of, type Place } from '../../cutover/phases/sides';
import { inOrder } from '../../cutover/states/in-order';
import type { DatabaseSteps } from './database-steps';

/**
 * Keeps clients from writing to the old side. Outputs what is known of the last write, for the proof that there are no more
 * of them: that runs on while what was written arrives on the new side, and is compared.
 */
export function fence(steps: DatabaseSteps): Phase {
  const { scope, ingress } = steps;
  return {
    name: 'Fence',
    role: 'fence',
    purpose: 'Revokes the rules that let clients in, closes open connections, and notes where the binary log stands.',
    survey: inOrder(
      whoIsThere(steps, 'Fence: does the agent reach the old side?'),
      ingress.record(scope, 'Save client ingress of the old side', '$from', true),
    ),
    forward: keepOut(steps, 'Fence', '$from'),
    ...undoFence(steps),
  };
}

/** Revokes client ingress of `side` and disconnects clients. Outputs what is known of the last write. */
function keepOut({ scope, agent, ingress }: DatabaseSteps, prefix: string, side: Place): IChainable {
  return inOrder(
    ingress.revoke(scope, prefix, side),
    agent.task(scope, `${prefix}: disconnect clients`, {
      verb: 'mysql.fence',
      comment: 'Revoking a rule does not cut what is connected.',
      args: of(side),
      timeout: Duration.minutes(1),
    }),
  );
}

/** Revokes client ingress of `side`, disconnects clients, and proves that nobody writes. Outputs where its log stands. */
export function shutOut(steps: DatabaseSteps, prefix: string, side: Place): IChainable {
  return inOrder(keepOut(steps, prefix, side), verifyNoWrites(steps, `${prefix}: verify no writes`, side, 0.5));
}

/** Outputs where the side's log stands, of which nothing moves for some seconds. Where client ingress is revoked, few do. */
export function verifyNoWrites({ scope, agent }: DatabaseSteps, name: string, side: Place, seconds = 0.1): IChainable {
  return agent.task(scope, name, {
    verb: 'mysql.nowrites',
    args: { ...of(side), seconds, timeoutSeconds: 30 },
    timeout: Duration.minutes(1),
  });
}
