import { serviceModel } from './service-model';

/**
 * What the state machine calls of CloudWatch Synthetics, as AWS's API model has it (synthetics/2017-10-11): of this service,
 * the SDK for JavaScript has no release whose schemas can be read at run time.
 */
const { structure, list, operation, error } = serviceModel('com.amazonaws.synthetics');

const Canary = structure('Canary', {
  Id: 0,
  Name: 0,
  ExecutionRoleArn: 0,
  Schedule: () => structure('CanaryScheduleOutput', { Expression: 0, DurationInSeconds: 1 }),
  Status: () => structure('CanaryStatus', { State: 0, StateReason: 0, StateReasonCode: 0 }),
  Timeline: () => structure('CanaryTimeline', { Created: 4, LastModified: 4, LastStarted: 4, LastStopped: 4 }),
  ArtifactS3Location: 0,
  EngineArn: 0,
  RuntimeVersion: 0,
});

const CanaryRun = structure('CanaryRun', {
  Id: 0,
  ScheduledRunId: 0,
  RetryAttempt: 1,
  Name: 0,
  Status: () => structure('CanaryRunStatus', { State: 0, StateReason: 0, StateReasonCode: 0, TestResult: 0 }),
  Timeline: () => structure('CanaryRunTimeline', { Started: 4, Completed: 4, MetricTimestampForRunAndRetries: 4 }),
  ArtifactS3Location: 0,
});

export const GetCanary = operation(
  'GetCanary',
  structure('GetCanaryRequest', { Name: [0, 1], DryRunId: [0, { httpQuery: 'dryRunId' }] }, 1),
  structure('GetCanaryResponse', { Canary: () => Canary }),
  { http: ['GET', '/canary/{Name}', 200] },
);

export const StartCanary = operation(
  'StartCanary',
  structure('StartCanaryRequest', { Name: [0, 1] }, 1),
  structure('StartCanaryResponse', {}),
  { http: ['POST', '/canary/{Name}/start', 200] },
);

export const DescribeCanariesLastRun = operation(
  'DescribeCanariesLastRun',
  structure('DescribeCanariesLastRunRequest', { NextToken: 0, MaxResults: 1, Names: 64 }),
  structure('DescribeCanariesLastRunResponse', {
    CanariesLastRun: () =>
      list('CanariesLastRun', () => structure('CanaryLastRun', { CanaryName: 0, LastRun: () => CanaryRun })),
    NextToken: 0,
  }),
  { http: ['POST', '/canaries/last-run', 200] },
);

export const ConflictException = error('ConflictException', { error: 'client', httpError: 409 });
export const InternalServerException = error('InternalServerException', { error: 'server', httpError: 500 });
export const ResourceNotFoundException = error('ResourceNotFoundException', { error: 'client', httpError: 404 });
export const ValidationException = error('ValidationException', { error: 'client', httpError: 400 });

/** Of a request, in the SDK for JavaScript's spelling. */
export interface CanaryRequest {
  readonly Name?: string;
}

export interface DescribeCanariesLastRunRequest {
  readonly Names?: readonly string[];
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Of an answer. */
export interface CanaryRunOutput {
  readonly Id: string;
  readonly Name: string;
  readonly Status: { readonly State: 'RUNNING' | 'PASSED' | 'FAILED'; readonly StateReason?: string };
  readonly Timeline: { readonly Started: Date; readonly Completed?: Date };
}
