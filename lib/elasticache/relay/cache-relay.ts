import type { Duration } from 'aws-cdk-lib';

/** How clients are moved between two caches without closing their connections. */
export interface CacheRelay {
  /**
   * How long clients may be held, all at the same time, while they are moved. Where it would take longer they stay where
   * they are, and it is tried again. 100 milliseconds to 10 seconds; below what clients wait for an answer.
   *
   * @default Duration.seconds(1)
   */
  readonly maxPause?: Duration;
}
