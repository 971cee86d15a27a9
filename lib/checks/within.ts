import { Duration } from 'aws-cdk-lib';
import { ValidationError } from '../validation-error';
import type { CheckProps } from './check-kind';

const LONGEST = Duration.hours(24);

/**
 * How long a check of a kind that waits for something may take: `within` says it, and nothing else.
 *
 * @param shortest what can be seen at all
 * @throws Error where it cannot be waited for so long, or two times are said
 */
export function checkWithin({ name, timeout }: CheckProps, within: Duration, shortest = Duration.seconds(1)): void {
  if (timeout !== undefined) {
    throw new ValidationError(
      `timeout of ${name}: got it besides within; accepted is within alone, which says how long a try waits. Leave timeout out.`,
    );
  }
  if (within.isUnresolved()) return;
  const seconds = within.toSeconds({ integral: false });
  if (seconds < shortest.toSeconds() || seconds > LONGEST.toSeconds() || !Number.isInteger(seconds)) {
    throw new ValidationError(
      `within of ${name}: got ${seconds} s; accepted are whole seconds from ${shortest.toSeconds()} to ${LONGEST.toHours()} hours. Use Duration.minutes(5).`,
    );
  }
}
