import type { Action, Rule, RuleCondition, Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { described } from './condition-values';

export interface ListenerRule {
  readonly arn: string;
  readonly listenerArn: string;
  /** The lowest is asked first. */
  readonly priority: number | 'default';
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
}

export interface NewListener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly defaultActions: readonly Action[];
  /** @default - none */
  readonly tags?: readonly Tag[];
}

/** Asked in this order. */
export const byPriority = (one: ListenerRule, other: ListenerRule): number => rank(one) - rank(other);

const rank = ({ priority }: ListenerRule) => (priority === 'default' ? Number.POSITIVE_INFINITY : priority);

export const describeRule = ({ arn, priority, conditions, actions }: ListenerRule): Rule => ({
  RuleArn: arn,
  Priority: String(priority),
  Conditions: conditions.map(described),
  Actions: [...actions],
  IsDefault: priority === 'default',
});
