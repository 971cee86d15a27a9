import type { AlarmMuteRuleStatus, PutAlarmMuteRuleInput } from '@aws-sdk/client-cloudwatch';
import { AwsError, NotRehearsedError } from '../aws-error';

/** When a one-time rule mutes. Milliseconds since the epoch. */
export interface MuteWindow {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LONGEST = 15 * DAY;

/**
 * The window of a rule's schedule, cut to the rule's own start and expiry.
 *
 * @throws AwsError ValidationError; NotRehearsedError for a recurring schedule or another time zone than UTC.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Schedule.html
 */
export function muteWindow({ Rule: rule, StartDate: start, ExpireDate: expiry }: PutAlarmMuteRuleInput): MuteWindow {
  const { Expression: expression = '', Duration: duration = '', Timezone: zone = 'UTC' } = rule?.Schedule ?? {};
  if (/^cron\(.+\)$/.test(expression)) {
    throw new NotRehearsedError(`A mute rule that recurs (${expression})`);
  }
  if (zone !== 'UTC') {
    throw new NotRehearsedError(`A mute rule in the time zone ${zone}`);
  }
  if (start !== undefined && expiry !== undefined && start >= expiry) {
    throw invalid(`StartDate must be before ExpireDate: ${start.toISOString()} and ${expiry.toISOString()}.`);
  }
  const from = readExpression(expression);
  return {
    from: Math.max(from, start?.getTime() ?? from),
    to: Math.min(from + readDuration(duration), expiry?.getTime() ?? Number.POSITIVE_INFINITY),
  };
}

export function statusAt({ from, to }: MuteWindow, now: number): AlarmMuteRuleStatus {
  if (now >= to) return 'EXPIRED';
  return now >= from ? 'ACTIVE' : 'SCHEDULED';
}

/** To the minute: seconds make the expression invalid. */
function readExpression(expression: string): number {
  const [, date, time] = /^at\((\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})\)$/.exec(expression) ?? [];
  const at = date === undefined ? Number.NaN : Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(at)) {
    throw invalid(`The expression "${expression}" is neither at(yyyy-MM-ddThh:mm) nor cron(…).`);
  }
  return at;
}

function readDuration(duration: string): number {
  const [whole, days = '0', hours = '0', minutes = '0'] =
    /^P(?=\d|T\d)(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  const ms = Number(days) * DAY + Number(hours) * 60 * MINUTE + Number(minutes) * MINUTE;
  if (whole === undefined || ms < MINUTE || ms > LONGEST) {
    throw invalid(`The duration "${duration}" must be ISO 8601 from PT1M to P15D.`);
  }
  return ms;
}

const invalid = (message: string) => new AwsError('ValidationError', message);
