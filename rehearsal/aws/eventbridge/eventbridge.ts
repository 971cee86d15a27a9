import type {
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
} from '@aws-sdk/client-eventbridge';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import type { AwsService, Need, Operation } from '../service';
import type { BusEvent } from './execution-event';
import { type EventPattern, matchesPattern } from './pattern';

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
  /** Undefined: a rule on a schedule, which no event matches. */
  readonly pattern: EventPattern | undefined;
  readonly enabled: boolean;
  readonly targets: readonly RuleTarget[];
}

/** Hands an event to a target, under the target's role. */
export type TargetInvoker = (target: RuleTarget, input: string) => Promise<void>;

/** An event that reached a target, or did not. */
export interface Delivery {
  readonly rule: string;
  readonly event: BusEvent;
  readonly target: string;
  /** Undefined: it was delivered. */
  readonly error: string | undefined;
}

export interface EventBridgeProps {
  readonly environment: AwsEnvironment;
  readonly invoke: TargetInvoker;
}

/** EventBridge's default bus: rules are put in by the rehearsal, events come from its other services. */
export class EventBridge implements AwsService {
  readonly identifier = 'eventbridge';
  readonly deliveries: Delivery[] = [];
  private readonly rules = new Map<string, EventRule>();

  constructor(private readonly props: EventBridgeProps) {}

  addRule(rule: EventRule): void {
    this.rules.set(rule.name, rule);
  }

  /** Hands the event to every target of every enabled rule that it matches. Resolves when all have been tried. */
  async put(event: BusEvent): Promise<void> {
    const matching = [...this.rules.values()].filter(
      ({ enabled, pattern }) => enabled && pattern !== undefined && matchesPattern(pattern, event),
    );
    for (const rule of matching) {
      for (const target of rule.targets) {
        await this.deliver(rule, target, event);
      }
    }
  }

  readonly operations = {
    describeRule: {
      needs: ({ Name }) => [this.need('DescribeRule', Name)],
      run: ({ Name, EventBusName }) => this.describe(this.find(Name, EventBusName)),
    } satisfies Operation<DescribeRuleRequest, DescribeRuleResponse>,
    disableRule: {
      needs: ({ Name }) => [this.need('DisableRule', Name)],
      run: ({ Name, EventBusName }) => this.setEnabled(this.find(Name, EventBusName), false),
    } satisfies Operation<DisableRuleRequest, object>,
    enableRule: {
      needs: ({ Name }) => [this.need('EnableRule', Name)],
      run: ({ Name, EventBusName }) => this.setEnabled(this.find(Name, EventBusName), true),
    } satisfies Operation<EnableRuleRequest, object>,
  };

  /** A target that refuses is tried again by EventBridge for a day; the rehearsal tells of it at once. */
  private async deliver(rule: EventRule, target: RuleTarget, event: BusEvent): Promise<void> {
    let error: string | undefined;
    try {
      await this.props.invoke(target, target.input ?? JSON.stringify(event));
    } catch (refusal) {
      error = refusal instanceof Error ? refusal.message : String(refusal);
    }
    this.deliveries.push({ rule: rule.name, event, target: target.arn, error });
  }

  private setEnabled(rule: EventRule, enabled: boolean): object {
    this.rules.set(rule.name, { ...rule, enabled });
    return {};
  }

  private describe({ name, pattern, enabled }: EventRule): DescribeRuleResponse {
    return {
      Name: name,
      Arn: arnOf(this.props.environment, 'events', `rule/${name}`),
      State: enabled ? 'ENABLED' : 'DISABLED',
      EventBusName: 'default',
      ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
    };
  }

  private find(name = '', bus = 'default'): EventRule {
    if (bus !== 'default') {
      throw new NotRehearsedError(`The event bus ${bus}`);
    }
    const rule = this.rules.get(name);
    if (rule === undefined) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    }
    return rule;
  }

  private need(action: string, name = '*'): Need {
    return { action: `events:${action}`, resources: [arnOf(this.props.environment, 'events', `rule/${name}`)] };
  }
}
