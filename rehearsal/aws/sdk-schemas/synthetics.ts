/**
 * What the state machine calls of CloudWatch Synthetics, as AWS's API model has it (synthetics/2017-10-11): of this service,
 * the SDK for JavaScript has no release whose schemas can be read at run time. In their form: the kind (3 a structure, 1 a
 * list, 9 an operation, -3 an error), namespace, name, traits; of a structure its members, their schemas and how many of the
 * first are required. 0 is a text, 1 a number, 2 a Boolean, 4 a time.
 */
const NAMESPACE = 'com.amazonaws.synthetics';

const structure = (name: string, members: Readonly<Record<string, unknown>>, required = 0) =>
  [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), required] as const;

const list = (name: string, member: unknown) => [1, NAMESPACE, name, 0, member] as const;

const operation = (name: string, method: string, path: string, input: object, output: object) =>
  [9, NAMESPACE, name, { http: [method, path, 200] }, () => input, () => output] as const;

const error = (name: string, fault: 'client' | 'server', httpError: number) =>
  [-3, NAMESPACE, name, { error: fault, httpError }, ['Message'], [0]] as const;

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
  'GET',
  '/canary/{Name}',
  structure('GetCanaryRequest', { Name: [0, 1], DryRunId: [0, { httpQuery: 'dryRunId' }] }, 1),
  structure('GetCanaryResponse', { Canary: () => Canary }),
);

export const StartCanary = operation(
  'StartCanary',
  'POST',
  '/canary/{Name}/start',
  structure('StartCanaryRequest', { Name: [0, 1] }, 1),
  structure('StartCanaryResponse', {}),
);

export const DescribeCanariesLastRun = operation(
  'DescribeCanariesLastRun',
  'POST',
  '/canaries/last-run',
  structure('DescribeCanariesLastRunRequest', { NextToken: 0, MaxResults: 1, Names: 64 }),
  structure('DescribeCanariesLastRunResponse', {
    CanariesLastRun: () =>
      list('CanariesLastRun', () => structure('CanaryLastRun', { CanaryName: 0, LastRun: () => CanaryRun })),
    NextToken: 0,
  }),
);

export const ConflictException = error('ConflictException', 'client', 409);
export const InternalServerException = error('InternalServerException', 'server', 500);
export const ResourceNotFoundException = error('ResourceNotFoundException', 'client', 404);
export const ValidationException = error('ValidationException', 'client', 400);

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
