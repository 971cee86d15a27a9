import { Duration, Token } from 'aws-cdk-lib';
import { ValidationError } from '../validation-error';
import type { ICheck } from './check-kind';

const MAX_ID_LENGTH = 40;

export const MAX_RETRIES = 20;

/** Each has an entry in every execution's variables, and its results in what the execution outputs. */
export const MAX_CHECKS = 40;

/** A check that takes days is none. */
export const MAX_TRY = Duration.hours(24);

/** Of a token, whose value CloudFormation fills in as a number. */
export function secondsOf(duration: Duration): number {
  return duration.toSeconds({ integral: false });
}

/**
 * @param canAnnounce whether the migration has a topic
 * @throws Error where the checks cannot be told apart, or cannot be asked
 */
export function checkChecks(checks: readonly ICheck[], canAnnounce: boolean): void {
  if (checks.length > MAX_CHECKS) {
    throw new ValidationError(
      `checks: got ${checks.length}; accepted are up to ${MAX_CHECKS}, for clients wait while they are asked one after the other. Put several into one, e.g. a state machine of yours.`,
    );
  }
  const seen = new Set<string>();
  for (const check of checks) {
    checkName(check.checkId);
    if (seen.has(check.checkId)) {
      throw new ValidationError(
        `checks: got '${check.checkId}' twice; each needs a name of its own, by which it is confirmed and reported. Rename one of the two.`,
      );
    }
    seen.add(check.checkId);
    checkTimesOf(check);
    if (check._kind.asksPeople === true && !canAnnounce) {
      throw new ValidationError(
        `check ${check.checkId}: got it without approval; a person is asked on that topic. Give the migration approval, the topic that operators read.`,
      );
    }
  }
}

function checkName(name: string): void {
  if (Token.isUnresolved(name)) return;
  if (name.trim() === '' || name.length > MAX_ID_LENGTH || /[^\x20-\x7e]/.test(name)) {
    throw new ValidationError(
      `checks: got the name '${name}' (${name.length} characters); accepted are 1 to ${MAX_ID_LENGTH} printable ASCII characters, because operators type it. Give the check another name.`,
    );
  }
}

function checkTimesOf({ checkId, timeout, retries, interval, _kind }: ICheck): void {
  if (!Token.isUnresolved(retries) && (!Number.isInteger(retries) || retries < 0 || retries > MAX_RETRIES)) {
    throw new ValidationError(
      `retries of ${checkId}: got ${retries}; accepted are whole numbers from 0 to ${MAX_RETRIES}. Give it a longer timeout instead.`,
    );
  }
  if (_kind.asksPeople === true && retries !== 0) {
    throw new ValidationError(
      `retries of ${checkId}: got ${retries}; accepted is 0, for a person is asked once. Leave it out.`,
    );
  }
  if (!timeout.isUnresolved()) {
    const seconds = secondsOf(timeout);
    if (seconds < 1 || !Number.isInteger(seconds) || seconds > MAX_TRY.toSeconds()) {
      throw new ValidationError(
        `timeout of ${checkId}: got ${seconds} s; accepted are whole seconds from 1 to ${MAX_TRY.toHours()} hours. Use Duration.minutes(5).`,
      );
    }
  }
  if (!interval.isUnresolved()) {
    const seconds = secondsOf(interval);
    if (seconds < 1 || !Number.isInteger(seconds) || seconds > 3600) {
      throw new ValidationError(
        `interval of ${checkId}: got ${seconds} s; accepted are whole seconds from 1 to an hour. Use Duration.seconds(10).`,
      );
    }
  }
}
