import type { RuleState } from '@aws-sdk/client-eventbridge';
import { type AwsEnvironment, arnOf } from '../environment';
import type { EventPattern } from './pattern';

/** What a rule does when an event matches. */
export interface RuleTarget {
  readonly arn: string;
  /** The role EventBridge assumes to reach the target. */
  readonly roleArn: string | undefined;
  /** Constant JSON text. Undefined: the event itself. */
  readonly input: string | undefined;
}

export interface EventRule {
  readonly name: string;
  /** The event bus's name. @default 'default' */
  readonly bus?: string;
  /** @default 'ENABLED' */
  readonly state?: RuleState;
  /** Undefined: a rule on a schedule, which no event matches. */
  readonly pattern: EventPattern | undefined;
  /** Rate or cron expression. @default - no schedule */
  readonly schedule?: string;
  readonly targets: readonly RuleTarget[];
  readonly description?: string;
  readonly roleArn?: string;
  /** The AWS service that made the rule and alone may change it. @default - nobody but the account's own */
  readonly managedBy?: string;
}

/** The bus of AWS's own events, whose rules have no bus in their ARN. */
export const DEFAULT_BUS = 'default';

export const isEnabled = ({ state = 'ENABLED' }: EventRule): boolean => state !== 'DISABLED';

export function ruleArn(environment: AwsEnvironment, name: string, bus: string): string {
  return arnOf(environment, 'events', bus === DEFAULT_BUS ? `rule/${name}` : `rule/${bus}/${name}`);
}

/** A bus is asked for by its name or its ARN. */
export const busName = (nameOrArn = DEFAULT_BUS): string => nameOrArn.replace(/^arn:[^/]*:event-bus\//, '');
