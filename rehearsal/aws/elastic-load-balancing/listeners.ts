import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';
import type { Identifiers } from '../identifiers';
import { byPriority, type ListenerRule, type NewListener } from './listener-rule';

export interface NewRule {
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly Action[];
}

/** Besides the default rules. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_RULES_PER_LOAD_BALANCER = 100;

/** The listeners of the account's load balancers, each with its rules. */
export class Listeners {
  private readonly known = new Map<string, NewListener>();
  private readonly rulesByArn = new Map<string, ListenerRule>();

  constructor(private readonly ids: Identifiers) {}

  /** In place of one of the same ARN, and of all its rules. */
  add(listener: NewListener): void {
    if (this.known.has(listener.arn)) {
      for (const rule of this.rules(listener.arn)) {
        this.remove(rule);
      }
    }
    this.known.set(listener.arn, listener);
    this.keep({
      arn: this.newRuleArn(listener.arn),
      listenerArn: listener.arn,
      priority: 'default',
      conditions: [],
      actions: listener.defaultActions,
    });
  }

  all(): readonly NewListener[] {
    return [...this.known.values()];
  }

  /** @throws AwsError where there is no such listener */
  require(arn: string): NewListener {
    const listener = this.known.get(arn);
    if (listener === undefined) {
      throw new AwsError('ListenerNotFoundException', `One or more listeners not found: '${arn}'`);
    }
    return listener;
  }

  /** By priority, the default one last. @throws AwsError where there is no such listener */
  rules(listenerArn: string): readonly ListenerRule[] {
    this.require(listenerArn);
    return [...this.rulesByArn.values()].filter((rule) => rule.listenerArn === listenerArn).sort(byPriority);
  }

  /** @throws AwsError where there is no such rule */
  requireRule(arn: string): ListenerRule {
    const rule = this.rulesByArn.get(arn);
    if (rule === undefined) {
      throw new AwsError('RuleNotFoundException', `One or more rules not found: '${arn}'`);
    }
    return rule;
  }

  /** @throws AwsError where there is no such rule, or it is a listener's default one */
  requireOwnRule(arn: string, verb: string): ListenerRule {
    const rule = this.requireRule(arn);
    if (rule.priority === 'default') {
      throw new AwsError('OperationNotPermittedException', `Default rule '${arn}' cannot be ${verb}`);
    }
    return rule;
  }

  /** @throws AwsError where the priority is taken, or there are too many rules */
  addRule(listenerArn: string, { priority, conditions, actions }: NewRule): ListenerRule {
    const { loadBalancerArn } = this.require(listenerArn);
    if (this.rules(listenerArn).some((rule) => rule.priority === priority)) {
      throw priorityInUse(priority);
    }
    const others = [...this.rulesByArn.values()].filter(
      (rule) => rule.priority !== 'default' && this.require(rule.listenerArn).loadBalancerArn === loadBalancerArn,
    );
    if (others.length >= MAX_RULES_PER_LOAD_BALANCER) {
      throw new AwsError(
        'TooManyRulesException',
        `The maximum number of rules has been reached: ${MAX_RULES_PER_LOAD_BALANCER} on '${loadBalancerArn}'`,
      );
    }
    const rule = { arn: this.newRuleArn(listenerArn), listenerArn, priority, conditions, actions };
    this.keep(rule);
    return rule;
  }

  /** In place of the rule of the same ARN. */
  keep(rule: ListenerRule): void {
    this.rulesByArn.set(rule.arn, rule);
  }

  remove({ arn }: ListenerRule): void {
    this.rulesByArn.delete(arn);
  }

  /** All at once, so that two rules can change places. @throws AwsError where one is taken by a rule that keeps it */
  setPriorities(changed: readonly (ListenerRule & { readonly priority: number })[]): void {
    const arns = changed.map(({ arn }) => arn);
    for (const { listenerArn, priority } of changed) {
      if (this.rules(listenerArn).some((rule) => rule.priority === priority && !arns.includes(rule.arn))) {
        throw priorityInUse(priority);
      }
    }
    for (const rule of changed) {
      this.keep(rule);
    }
  }

  private newRuleArn(listenerArn: string): string {
    return `${listenerArn.replace(':listener/', ':listener-rule/')}/${this.ids.hex(16)}`;
  }
}

const priorityInUse = (priority: number) =>
  new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
