import type { Clock } from './clock';
import type { Identifiers } from './identifiers';

/** What every service of the control plane stands in. */
export interface AwsEnvironment {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly clock: Clock;
  readonly ids: Identifiers;
}

/** An ARN in this account and Region. */
export function arnOf({ region, account }: AwsEnvironment, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
