import type { Duration } from 'aws-cdk-lib';
import type { RelayIngress } from './relay-ingress';

/** Where clients are moved through a relay: for how long they may be held, and who may connect to it. */
export interface RelayParts {
  readonly maxPause: Duration;
  readonly ingress: RelayIngress;
}
