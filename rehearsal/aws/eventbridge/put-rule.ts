import type { PutRuleRequest } from '@aws-sdk/client-eventbridge';
import { AwsError, NotRehearsedError } from '../aws-error';
import { isRecurring } from '../schedule-expression';
import type { EventPattern } from './pattern';
import { busName, DEFAULT_BUS, type EventRule } from './rule';

/**
 * The rule that PutRule makes. What the request leaves out is gone afterwards, the state included, which is `ENABLED`
 * then; only the targets stay.
 *
 * @throws AwsError where EventBridge would refuse.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
 */
export function ruleOfRequest(request: PutRuleRequest, current: EventRule | undefined): EventRule {
  const { Name: name = '', EventPattern: pattern, ScheduleExpression: schedule } = request;
  const bus = busName(request.EventBusName);
  if (pattern === undefined && schedule === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (schedule !== undefined && bus !== DEFAULT_BUS) {
    throw invalid('ScheduleExpression is supported only on the default event bus.');
  }
  if (schedule !== undefined && !isRecurring(schedule)) {
    throw invalid('Parameter ScheduleExpression is not valid.');
  }
  // Of a rule that is there already, EventBridge passes the request's tags over.
  if (current === undefined && (request.Tags ?? []).length > 0) {
    throw new NotRehearsedError('PutRule of a new rule with Tags');
  }
  return {
    name,
    bus,
    state: request.State ?? 'ENABLED',
    pattern: pattern === undefined ? undefined : readPattern(pattern),
    targets: current?.targets ?? [],
    ...(schedule !== undefined && { schedule }),
    ...(request.Description !== undefined && { description: request.Description }),
    ...(request.RoleArn !== undefined && { roleArn: request.RoleArn }),
  };
}

function readPattern(text: string): EventPattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    throw new AwsError('InvalidEventPatternException', 'Event pattern is not valid. Reason: it is no JSON.');
  }
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern)) {
    throw new AwsError('InvalidEventPatternException', 'Event pattern is not valid. Reason: Filter is not an object');
  }
  return { ...pattern };
}

const invalid = (text: string) => new AwsError('ValidationException', text);
