import { Duration } from 'aws-cdk-lib';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/states/expression';
import type { CheckKind, CheckStates } from '../check-kind';

interface HostRequestFacts {
  readonly url: string;
}

/** The agent answers when its request does, or has been given up. */
const TO_ANSWER = Duration.seconds(30);

/** The task names the check, and no address: which request that is, only the deploy has told the host. */
export const FROM_HOST: CheckKind<HostRequestFacts> = {
  id: 'hostRequest',
  name: 'HTTP request',

  ask({ scope, prefix, agent, longest }: CheckStates<HostRequestFacts>): IChainable {
    return agent.task(scope, `${prefix}: send it from the host`, {
      verb: 'check.http',
      args: { check: expression('$check.id'), timeoutSeconds: expression('$check.timeout') },
      timeout: longest.plus(TO_ANSWER),
    });
  },
};
