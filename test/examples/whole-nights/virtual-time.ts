import type { Clock } from '../../../rehearsal/aws/clock';
import type { HttpTaskProps } from '../../../rehearsal/aws/integration/http/http-task';
import { awsTaskHandler } from '../../../rehearsal/aws/integration/task-handler';
import type { TaskHandler, VirtualClock } from '../../../rehearsal/states-language';
import type { Account } from '../../../rehearsal/testbed/account';

/** Carries out tasks of the account's state machines. Virtual time stands still while a request over HTTP is on its way. */
export function virtualTasks(clock: VirtualClock, http: HttpTaskProps, accountOf: () => Account): TaskHandler {
  let handler: TaskHandler | undefined;
  return async (request) => {
    const { controlPlane: plane, sfn } = accountOf();
    handler ??= awsTaskHandler({ plane, sfn, http, assumeRole: (...session) => accountOf().principal(...session) });
    const perform = handler;
    const isRequest = request.integration.kind === 'service' && request.integration.service === 'http';
    return isRequest ? clock.during(async () => perform(request)) : perform(request);
  };
}

/** The clock of services, which know nothing of why an execution pauses. */
export function outside(clock: VirtualClock): Clock {
  const never = new AbortController().signal;
  return {
    now: () => clock.now(),
    sleep: (ms, signal = never) => clock.sleep(ms / 1000, { reason: 'wait', state: 'AWS', signal }).catch(() => {}),
  };
}
