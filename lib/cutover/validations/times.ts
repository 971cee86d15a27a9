import type { Duration } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

/**
 * A standard execution ends after a year, whatever its definition says.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_DAYS = 365;

/**
 * @param times what an execution may wait for, by the names of the properties
 * @throws if one of them, or all together, are longer than an execution lives, or one is a token
 */
export function checkTimes(times: Readonly<Record<string, Duration | undefined>>): void {
  for (const [name, time] of Object.entries(times)) {
    if (time?.isUnresolved() !== true) continue;
    throw new ValidationError(
      `${name}: got a token; accepted are plain durations, because the time-outs of the definition are reckoned from it. State it in the code.`,
    );
  }
  const stated = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [{ name, days: time.toDays({ integral: false }) }],
  );
  const none = stated.find(({ name, days }) => days <= 0 && name !== 'watch');
  if (none !== undefined) {
    throw new ValidationError(
      `${none.name}: got none; accepted are durations from a second. Choose a longer one, or leave it out for the default.`,
    );
  }
  const all = stated.reduce((sum, { days }) => sum + days, 0);
  for (const { name, days } of stated) {
    if (days > MAX_DAYS)
      throw new ValidationError(`${name}: got ${daysInWords(days)}; ${REASON} Choose a shorter time.`);
  }
  if (all <= MAX_DAYS) return;
  const sum = stated.map(({ name, days }) => `${name} ${daysInWords(days)}`).join(', ');
  throw new ValidationError(
    `${stated.map(({ name }) => name).join(', ')}: got ${daysInWords(all)} together (${sum}); ${REASON} Shorten one.`,
  );
}

const REASON = `accepted are up to ${MAX_DAYS} days, because Step Functions ends an execution after a year.`;

function daysInWords(days: number): string {
  return `${Number(days.toFixed(1))} days`;
}
