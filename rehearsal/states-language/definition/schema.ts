import { z } from 'zod';
import { isTimestamp } from '../timestamp';

/** Longest wait, time-out and heartbeat that Step Functions takes, in seconds (a little over three years). */
export const MAX_SECONDS = 99_999_999;

/** Longest `MaxDelaySeconds` of a retrier: one year, exclusive. */
const MAX_DELAY_SECONDS = 31_622_399;

/** A JSONata string: `{%` and `%}` must be the very first and last characters. */
export function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 4 && value.startsWith('{%') && value.endsWith('%}');
}

const template = z.json();
const assign = z.record(z.string(), template);
const comment = z.string().optional();
const stateName = z.string().min(1);

/** Of a union, zod would tell only what the alternative that came closest wanted. */
function orExpression<T extends z.ZodType>(literal: T, wanted: string) {
  return z.custom<z.infer<T> | string>((value) => isExpression(value) || literal.safeParse(value).success, {
    error: `Expected ${wanted}, or a JSONata string {% … %}`,
  });
}

const positiveSeconds = orExpression(z.int().min(1).max(MAX_SECONDS), `an integer from 1 to ${MAX_SECONDS}`);
const nonNegativeInteger = orExpression(z.int().min(0), 'a non-negative integer');

const errorEquals = z.array(z.string()).min(1);

const retrier = z.strictObject({
  ErrorEquals: errorEquals,
  /** Seconds before the first retry. @default 1 */
  IntervalSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  /** Retries, not attempts; 0 never retries. @default 3 */
  MaxAttempts: z.int().min(0).max(MAX_SECONDS).optional(),
  /** What each further wait is multiplied by. @default 2 */
  BackoffRate: z.number().min(1).optional(),
  /** Ceiling of one wait, in seconds. @default - none */
  MaxDelaySeconds: z.int().min(1).max(MAX_DELAY_SECONDS).optional(),
  /** `FULL` draws each wait between 0 and what it would have been. @default NONE */
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
  Comment: comment,
});

const catcher = z.strictObject({
  ErrorEquals: errorEquals,
  Next: stateName,
  Output: template.optional(),
  Assign: assign.optional(),
  Comment: comment,
});

const common = { Comment: comment, QueryLanguage: z.enum(['JSONPath', 'JSONata']).optional() };
const result = { Output: template.optional(), Assign: assign.optional() };
const transition = { Next: stateName.optional(), End: z.literal(true).optional() };
const handling = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

const leaves = { error: 'Expected exactly one of Next and "End": true' };
function leavesOneWay(state: { Next?: string; End?: true }): boolean {
  return (state.Next === undefined) !== (state.End === undefined);
}

const passState = z
  .strictObject({ Type: z.literal('Pass'), ...common, ...result, ...transition })
  .refine(leavesOneWay, leaves);

const taskState = z
  .strictObject({
    Type: z.literal('Task'),
    ...common,
    ...result,
    ...transition,
    ...handling,
    Resource: z.string(),
    Arguments: template.optional(),
    TimeoutSeconds: positiveSeconds.optional(),
    HeartbeatSeconds: positiveSeconds.optional(),
  })
  .refine(leavesOneWay, leaves)
  .refine(heartbeatFitsTimeout, { path: ['HeartbeatSeconds'], error: 'Expected less than TimeoutSeconds' });

function heartbeatFitsTimeout(task: { TimeoutSeconds?: unknown; HeartbeatSeconds?: unknown }): boolean {
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = task;
  return typeof timeout !== 'number' || typeof heartbeat !== 'number' || heartbeat < timeout;
}

const choiceRule = z.strictObject({
  Condition: orExpression(z.boolean(), 'a boolean'),
  Next: stateName,
  ...result,
  Comment: comment,
});

const choiceState = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...result,
  Choices: z.array(choiceRule).min(1),
  Default: stateName.optional(),
});

const waitState = z
  .strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...result,
    ...transition,
    Seconds: orExpression(z.int().min(0).max(MAX_SECONDS), `an integer from 0 to ${MAX_SECONDS}`).optional(),
    Timestamp: orExpression(z.string().refine(isTimestamp), 'a timestamp such as 2026-03-14T01:59:00Z').optional(),
  })
  .refine(leavesOneWay, leaves)
  .refine((wait) => (wait.Seconds === undefined) !== (wait.Timestamp === undefined), {
    error: 'Expected exactly one of Seconds and Timestamp',
  });

const succeedState = z.strictObject({ Type: z.literal('Succeed'), ...common, Output: template.optional() });

const failState = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  Error: z.string().optional(),
  Cause: z.string().optional(),
});

const parallelState = z
  .strictObject({
    Type: z.literal('Parallel'),
    ...common,
    ...result,
    ...transition,
    ...handling,
    Arguments: template.optional(),
    Branches: z.array(z.lazy(() => statesBlock)).min(1),
  })
  .refine(leavesOneWay, leaves);

const mapState = z
  .strictObject({
    Type: z.literal('Map'),
    ...common,
    ...result,
    ...transition,
    ...handling,
    Items: orExpression(z.array(template), 'an array').optional(),
    ItemSelector: template.optional(),
    /** Iterations at once; 0: as many as the service runs, which inline is 40. @default 0 */
    MaxConcurrency: nonNegativeInteger.optional(),
    ToleratedFailureCount: nonNegativeInteger.optional(),
    ToleratedFailurePercentage: orExpression(z.number().min(0).max(100), 'a number from 0 to 100').optional(),
    ItemProcessor: z.lazy(() => itemProcessor),
  })
  .refine(leavesOneWay, leaves);

const SUPPORTED_TYPES = ['Task', 'Pass', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'];

const state = z.discriminatedUnion(
  'Type',
  [passState, taskState, choiceState, waitState, succeedState, failState, parallelState, mapState],
  { error: (issue) => `Unknown state type ${typeOf(issue.input)}; accepted are ${SUPPORTED_TYPES.join(', ')}` },
);

function typeOf(input: unknown): string {
  const type = typeof input === 'object' && input !== null && 'Type' in input ? input.Type : undefined;
  return type === undefined ? '(none given)' : JSON.stringify(type);
}

const states = z
  .record(z.string().min(1).max(80), state)
  .refine((byName) => Object.keys(byName).length > 0, { error: 'Expected at least one state' });

const block = { Comment: comment, StartAt: stateName, States: states };

const statesBlock: z.ZodType<StatesBlock> = z.strictObject(block);

const itemProcessor: z.ZodType<StatesBlock> = z.strictObject({
  ...block,
  ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
});

export const stateMachine = z.strictObject({
  Version: z.literal('1.0').optional(),
  QueryLanguage: z.enum(['JSONPath', 'JSONata']).optional(),
  /** Longest run of an execution, in seconds. @default - none */
  TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  ...block,
});

/** The states of one scope, and where it starts: the whole machine, a branch of a Parallel, or a Map's processor. */
export interface StatesBlock {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: { readonly [name: string]: State };
}
export type StateMachine = z.infer<typeof stateMachine>;
export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
export type PassState = z.infer<typeof passState>;
export type TaskState = z.infer<typeof taskState>;
export type ChoiceState = z.infer<typeof choiceState>;
export type WaitState = z.infer<typeof waitState>;
export type SucceedState = z.infer<typeof succeedState>;
export type FailState = z.infer<typeof failState>;
export type ParallelState = z.infer<typeof parallelState>;
export type MapState = z.infer<typeof mapState>;
export type Retrier = z.infer<typeof retrier>;
export type Catcher = z.infer<typeof catcher>;
