import { Duration, Token } from 'aws-cdk-lib';
import type { ICheck } from './check-kind';
import { MAX_RETRIES, MAX_TRY, secondsOf } from './validation';

/** A try, its wait, its result, and a task of the agent with its clock in between. */
const EVENTS_OF_A_TRY = 60;
/** A try that looks again and again: what comes before its looks, and those that are more frequent at first. */
const EVENTS_OF_A_PATIENT_TRY = 120;
const EVENTS_OF_A_LOOK = 10;

/** A host takes a command late; the agent is given time to answer. */
const SECONDS_AROUND_A_TRY = 180;

/** Of blue beforehand, of green, and of blue after a rollback. */
const TIMES_ASKED = 3;

/** How long one check may take at one point of the migration, all its tries together. */
export function timeOfCheck({ timeout, interval, ...check }: ICheck): Duration {
  const retries = retriesOf(check);
  const seconds = timeout.isUnresolved() ? MAX_TRY.toSeconds() : secondsOf(timeout);
  const pause = interval.isUnresolved() ? 3600 : secondsOf(interval);
  return Duration.seconds((retries + 1) * (seconds + SECONDS_AROUND_A_TRY) + retries * pause);
}

/** The same by name, for what may be too long for an execution. */
export function timesOfChecks(checks: readonly ICheck[] = []): Record<string, Duration> {
  return Object.fromEntries(checks.map((check) => [`timeout of ${check.checkId}`, timeOfCheck(check)]));
}

/** How long all of them may take in an execution that goes there and back. */
export function timeOfChecks(checks: readonly ICheck[]): Duration {
  return Duration.seconds(checks.reduce((sum, check) => sum + timesAsked(check) * timeOfCheck(check).toSeconds(), 0));
}

/** How many of an execution's events they may make. */
export function eventsOfChecks(checks: readonly ICheck[]): number {
  return checks.reduce((sum, check) => sum + timesAsked(check) * (retriesOf(check) + 1) * eventsOfATry(check), 0);
}

function retriesOf({ retries }: Pick<ICheck, 'retries'>): number {
  return Token.isUnresolved(retries) ? MAX_RETRIES : retries;
}

function timesAsked({ _kind }: ICheck): number {
  return _kind.asksPeople === true ? 1 : TIMES_ASKED;
}

function eventsOfATry({ timeout, _kind }: ICheck): number {
  const { looksEvery } = _kind;
  const seconds = timeout.isUnresolved() ? MAX_TRY.toSeconds() : secondsOf(timeout);
  if (_kind.mostEvents !== undefined) return _kind.mostEvents(seconds);
  if (looksEvery === undefined) return EVENTS_OF_A_TRY;
  return EVENTS_OF_A_PATIENT_TRY + EVENTS_OF_A_LOOK * Math.ceil(seconds / looksEvery.toSeconds());
}
