import { randomBytes } from 'node:crypto';
import type { TaskState } from '../definition/schema';
import { conclude, evaluate, evaluateAs } from '../evaluation';
import { withHandlers } from '../handling';
import { TIMEOUT_SECONDS } from '../jsonata/kinds';
import { limitInput } from '../payload';
import { Attempt } from '../task/attempt';
import { type Integration, parseResource } from '../task/resource';
import type { Outcome, Visit } from '../visit';

export function runTask(visit: Visit, state: TaskState): Promise<Outcome> {
  const integration = parseResource(state.Resource);
  if (integration === undefined) throw new Error(`No task can have the resource '${state.Resource}'`);
  return withHandlers(visit, state, () => attempt(visit, state, integration));
}

async function attempt(visit: Visit, state: TaskState, integration: Integration): Promise<Outcome> {
  const token = needsToken(integration) ? newTaskToken() : undefined;
  // A worker learns an activity's token from GetActivityTask; the definition itself never sees it.
  visit.taskToken = integration.kind === 'activity' ? undefined : token;
  const input = state.Arguments === undefined ? visit.input : await evaluate(visit, state.Arguments, 'Arguments');
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state;
  const limits = {
    timeout: timeout === undefined ? undefined : await evaluateAs(visit, timeout, 'TimeoutSeconds', TIMEOUT_SECONDS),
    heartbeat:
      heartbeat === undefined ? undefined : await evaluateAs(visit, heartbeat, 'HeartbeatSeconds', TIMEOUT_SECONDS),
  };
  limitInput(input, visit.name);
  const result = await new Attempt(visit, integration, limits).perform(input, token);
  visit.result = result;
  return { ...(await conclude(visit, state, result, { result })), next: state.Next };
}

function needsToken(integration: Integration): boolean {
  return (
    integration.kind === 'activity' || (integration.kind === 'service' && integration.pattern === 'waitForTaskToken')
  );
}

/** Opaque, unguessable, and of the alphabet of Step Functions' own. */
function newTaskToken(): string {
  return randomBytes(192).toString('base64');
}
