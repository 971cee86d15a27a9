import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISchedule, IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IConstruct } from 'constructs';
import { ValidationError } from '../../validation-error';

/** Where something is, as far as that is said. */
export interface Whereabouts {
  /** What it is called in an error. @default 'one' */
  readonly name?: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * A state machine calls AWS in its own Region, with a role of its own account, and most resources are made of others of
 * their Region. A token may be any place.
 *
 * @param scope what uses it, or something in the same stack
 * @param property of which it was told
 * @param instead what to do
 * @throws if it is known to be in another Region or account
 */
export function refuseElsewhere(scope: IConstruct, property: string, found: Whereabouts, instead: string): void {
  const { account, region } = Stack.of(scope);
  const got = `${property}: got ${found.name ?? 'one'} of the`;
  refuse(`${got} Region`, found.region, region, instead);
  refuse(`${got} account`, found.account, account, instead);
}

function refuse(got: string, found: string | undefined, own: string, instead: string): void {
  if (found === undefined || found === '' || found === own) return;
  if (Token.isUnresolved(found) || Token.isUnresolved(own)) return;
  throw new ValidationError(`${got} ${found}; accepted is the stack's own, ${own}. ${instead}`);
}

/** The CDK takes it from the ARN of what is imported, but for alarms and schedules. */
export function whereaboutsOf(resource: IResource & Partial<IAlarm & ISchedule & IScheduleGroup>): Whereabouts {
  const arn = resource.alarmArn ?? resource.scheduleArn ?? resource.scheduleGroupArn;
  const [, , , region, account] = arn === undefined || Token.isUnresolved(arn) ? [] : arn.split(':');
  return {
    name: resource.node.path,
    region: region || resource.env.region,
    account: account || resource.env.account,
  };
}

/** Topics, keys and secrets are used across accounts, but not across Regions. @param resources by property */
export function refuseOtherRegions(
  scope: IConstruct,
  resources: Readonly<Record<string, IResource | undefined>>,
): void {
  for (const [property, resource] of Object.entries(resources)) {
    if (resource === undefined) continue;
    const { account: _, ...found } = whereaboutsOf(resource);
    refuseElsewhere(scope, property, found, 'State one of this Region, e.g. a replica of it.');
  }
}

/** The resources among the values of properties. */
export function resourcesOf(props: object): IResource[] {
  return Object.values(props)
    .flat()
    .filter((value: unknown): value is IResource => {
      return typeof value === 'object' && value !== null && 'env' in value && 'stack' in value;
    });
}
