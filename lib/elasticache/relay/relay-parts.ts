import type { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { RelayIngress } from './relay-ingress';

/** Where clients are moved through a relay: for how long they may be held, who may connect to it, and what tells that it is dead. */
export interface RelayParts {
  readonly maxPause: Duration;
  readonly ingress: RelayIngress;
  readonly alarm: IAlarm;
}
