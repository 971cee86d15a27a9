import type { FlexibleTimeWindow } from '@aws-sdk/client-scheduler';
import { AwsError } from '../aws-error';
import { isOneTime, isRecurring } from '../schedule-expression';
import type { ScheduleSettings } from './schedule';

const MINUTE = 60_000;
const ROLE = /^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * Refuses settings that EventBridge Scheduler would not take.
 *
 * @throws AwsError ValidationException
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
export function checkSettings(settings: ScheduleSettings, now: number): void {
  const { ScheduleExpression: expression = '', ScheduleExpressionTimezone: timezone, Target: target } = settings;
  if (!isRecurring(expression) && !isOneTime(expression)) {
    throw invalid(`Invalid Schedule Expression ${expression}.`);
  }
  if (timezone !== undefined && !isTimezone(timezone)) {
    throw invalid(`Provided ScheduleExpressionTimezone ${timezone} is not valid.`);
  }
  if ((settings.Description ?? '').length > 512) {
    throw invalid('Description must have length less than or equal to 512.');
  }
  if (!ROLE.test(target?.RoleArn ?? '')) {
    throw invalid(`Target.RoleArn ${target?.RoleArn} is no role's ARN.`);
  }
  checkRange('MaximumEventAgeInSeconds', target?.RetryPolicy?.MaximumEventAgeInSeconds, 60, 86_400);
  checkRange('MaximumRetryAttempts', target?.RetryPolicy?.MaximumRetryAttempts, 0, 185);
  checkWindow(settings.FlexibleTimeWindow);
  if (isRecurring(expression)) {
    checkDates(settings, now);
  }
}

/**
 * Nothing is documented of a one-time schedule in the past; taken to be refused.
 *
 * @throws AwsError ValidationException
 */
export function refusePast({ ScheduleExpression: expression = '' }: ScheduleSettings, now: number): void {
  const [, time] = /^at\((.*)\)$/.exec(expression) ?? [];
  if (time !== undefined && Date.parse(`${time}Z`) < now)
    throw invalid('Invalid Schedule Expression: it is in the past.');
}

function checkWindow(window: FlexibleTimeWindow | undefined): void {
  const { Mode: mode, MaximumWindowInMinutes: minutes } = window ?? {};
  checkRange('MaximumWindowInMinutes', minutes, 1, 1440);
  if ((mode === 'FLEXIBLE') !== (minutes !== undefined)) {
    throw invalid(
      `MaximumWindowInMinutes goes with the mode FLEXIBLE, and with no other; got ${minutes} with the mode ${mode}.`,
    );
  }
}

/**
 * Nothing is documented of an update that leaves a start in the past as it is: taken to be refused, as in CreateSchedule.
 * For a one-time schedule both dates are passed over.
 */
function checkDates({ StartDate: start, EndDate: end }: ScheduleSettings, now: number): void {
  if (start !== undefined && start.getTime() < now - 5 * MINUTE) {
    throw invalid('The StartDate you specify cannot be earlier than 5 minutes ago.');
  }
  if (start !== undefined && end !== undefined && end <= start) {
    throw invalid('The EndDate you specify must come after the StartDate.');
  }
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > most)) {
    throw invalid(`Value '${value}' at '${name}' failed to satisfy constraint: it must be from ${least} to ${most}.`);
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const invalid = (text: string) => new AwsError('ValidationException', text);
