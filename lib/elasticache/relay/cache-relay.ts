import type { Duration, aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';

/** How clients are moved between two caches without closing their connections. */
export interface CacheRelay {
  /**
   * How long clients may be held, all at the same time, while they are moved. Where it would take longer they stay where
   * they are, and it is tried again. 100 milliseconds to 10 seconds; below what clients wait for an answer.
   *
   * @default Duration.seconds(1)
   */
  readonly maxPause?: Duration;

  /**
   * What the relay shows clients of caches with encryption in transit: JSON with `certificate`, PEM of the relay's own
   * certificate and those that lead to an authority that clients know, and `privateKey`, PEM without a passphrase. It must
   * cover the record's name. The migration host reads it when an execution begins; no template, log or argument has the key.
   *
   * @default - clients come in clear text, as to caches without encryption in transit
   */
  readonly certificate?: secretsmanager.ISecret;
}
