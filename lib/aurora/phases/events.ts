import { Duration } from 'aws-cdk-lib';

/**
 * For how long RDS keeps its events.
 *
 * @see docs/aws-facts.md#rds-events-paged
 */
export const EVENTS_KEPT = Duration.days(14);

/** JSONata variable `marker`: there is no page to go on from. */
export const NO_MARKER = 'none';
