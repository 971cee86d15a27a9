import type { Chain } from '../chain';
import { WHOLE } from '../history';
import type { Json } from '../json';
import type { Integration } from './resource';

/** How history tells of one attempt at a task. */
export interface TaskEvents {
  scheduled(input: Json, limits: { readonly timeout?: number; readonly heartbeat?: number }): void;
  started(workerName?: string): void;
  submitted(output: Json): void;
  succeeded(output: Json): void;
  failed(error: string, cause?: string): void;
  timedOut(error: string): void;
}

/** Service integrations, activities and Lambda functions each have a family of events of their own. */
export function taskEvents(chain: Chain, integration: Integration): TaskEvents {
  if (integration.kind === 'activity') return activityEvents(chain, integration.arn);
  if (integration.kind === 'lambda') return lambdaEvents(chain, integration.arn);
  return serviceEvents(chain, integration);
}

function text(value: Json) {
  return { output: JSON.stringify(value), outputDetails: WHOLE };
}

function limitsIn(limits: { readonly timeout?: number; readonly heartbeat?: number }) {
  return {
    ...(limits.timeout !== undefined && { timeoutInSeconds: limits.timeout }),
    ...(limits.heartbeat !== undefined && { heartbeatInSeconds: limits.heartbeat }),
  };
}

function serviceEvents(chain: Chain, { resourceType, resource }: Integration & { kind: 'service' }): TaskEvents {
  const of = { resourceType, resource };
  return {
    scheduled: (input, limits) => {
      const parameters = JSON.stringify(input);
      chain.record('TaskScheduled', {
        taskScheduledEventDetails: { ...of, region: chain.run.region, parameters, ...limitsIn(limits) },
      });
    },
    started: () => {
      chain.record('TaskStarted', { taskStartedEventDetails: of });
    },
    submitted: (output) => {
      chain.record('TaskSubmitted', { taskSubmittedEventDetails: { ...of, ...text(output) } });
    },
    succeeded: (output) => {
      chain.record('TaskSucceeded', { taskSucceededEventDetails: { ...of, ...text(output) } });
    },
    failed: (error, cause) => {
      chain.record('TaskFailed', { taskFailedEventDetails: { ...of, error, ...(cause !== undefined && { cause }) } });
    },
    timedOut: (error) => {
      chain.record('TaskTimedOut', { taskTimedOutEventDetails: { ...of, error } });
    },
  };
}

function activityEvents(chain: Chain, resource: string): TaskEvents {
  return {
    scheduled: (input, limits) => {
      const details = { resource, input: JSON.stringify(input), inputDetails: WHOLE, ...limitsIn(limits) };
      chain.record('ActivityScheduled', { activityScheduledEventDetails: details });
    },
    started: (workerName) => {
      const details = workerName === undefined ? {} : { workerName };
      chain.record('ActivityStarted', { activityStartedEventDetails: details });
    },
    submitted: () => {},
    succeeded: (output) => {
      chain.record('ActivitySucceeded', { activitySucceededEventDetails: text(output) });
    },
    failed: (error, cause) => {
      const details = { error, ...(cause !== undefined && { cause }) };
      chain.record('ActivityFailed', { activityFailedEventDetails: details });
    },
    timedOut: (error) => {
      chain.record('ActivityTimedOut', { activityTimedOutEventDetails: { error } });
    },
  };
}

function lambdaEvents(chain: Chain, resource: string): TaskEvents {
  return {
    scheduled: (input, { timeout }) => {
      const details = { resource, input: JSON.stringify(input), inputDetails: WHOLE, ...limitsIn({ timeout }) };
      chain.record('LambdaFunctionScheduled', { lambdaFunctionScheduledEventDetails: details });
    },
    started: () => {
      chain.record('LambdaFunctionStarted');
    },
    submitted: () => {},
    succeeded: (output) => {
      chain.record('LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: text(output) });
    },
    failed: (error, cause) => {
      const details = { error, ...(cause !== undefined && { cause }) };
      chain.record('LambdaFunctionFailed', { lambdaFunctionFailedEventDetails: details });
    },
    timedOut: (error) => {
      chain.record('LambdaFunctionTimedOut', { lambdaFunctionTimedOutEventDetails: { error } });
    },
  };
}
