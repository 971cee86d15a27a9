import type {
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  ListRulesRequest,
  ListRulesResponse,
  PutEventsRequest,
  PutEventsResponse,
  PutRuleRequest,
  PutRuleResponse,
  RuleState,
} from '@aws-sdk/client-eventbridge';
import { AwsError } from '../aws-error';
import { Changes } from '../changes';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import type { BusEvent } from './execution-event';
import { matchesPattern } from './pattern';
import { readEntries } from './put-events';
import { ruleOfRequest } from './put-rule';
import { busName, DEFAULT_BUS, type EventRule, isEnabled, type RuleTarget, ruleArn } from './rule';
import { Rules } from './rules';

/** Hands an event to a target of the rule with that ARN, under the target's role. */
export type TargetInvoker = (target: RuleTarget, input: string, rule: string) => Promise<void>;

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
  /** Follows a rule that now invokes its targets, or does so no more. @default - nobody does */
  readonly onChange?: (rule: EventRule, enabled: boolean) => Promise<void>;
}

/** So long a rule that was disabled may still match. Milliseconds. @see docs/aws-facts.md#eventbridge-disabled-late */
const LATE_MS = 60_000;

/** ListRules gives no more a page. */
const MAX_RULES = 100;

/** EventBridge: rules on event buses. Events of AWS's services come from the rehearsal, on the default bus. */
export class EventBridge implements AwsService {
  readonly identifier = 'eventbridge';
  readonly deliveries: Delivery[] = [];
  /** Events that applications have put on the default bus. */
  readonly events: BusEvent[] = [];
  private readonly rules = new Rules();
  private readonly changes: Changes;
  /** When each rule was disabled, by its ARN. Milliseconds since the epoch. */
  private readonly disabledAt = new Map<string, number>();

  constructor(private readonly props: EventBridgeProps) {
    this.changes = new Changes(props.environment.clock);
  }

  addRule(rule: EventRule): void {
    this.rules.keep(rule);
  }

  /** Hands the event to every target of every enabled rule that it matches. Resolves when all have been tried. */
  async put(event: BusEvent): Promise<void> {
    const matching = this.rules
      .of(DEFAULT_BUS)
      .filter((rule) => this.matches(rule) && rule.pattern !== undefined && matchesPattern(rule.pattern, event));
    for (const rule of matching) {
      await this.deliverToAll(rule, event);
    }
  }

  /**
   * The hour of a rule on a schedule has come. One that has been disabled for a while lets it pass. Resolves when all targets have been tried.
   *
   * @throws AwsError where there is no such rule
   */
  async fire(name: string): Promise<void> {
    const { environment } = this.props;
    const rule = this.rules.require(name, DEFAULT_BUS);
    if (rule.schedule === undefined || !this.matches(rule)) {
      return;
    }
    await this.deliverToAll(rule, {
      version: '0',
      id: environment.ids.uuid(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: environment.account,
      time: new Date(environment.clock.now()).toISOString(),
      region: environment.region,
      resources: [ruleArn(environment, name, DEFAULT_BUS)],
      detail: {},
    });
  }

  /** Resolves when the rehearsal has followed every change; rejects with the first failure. */
  settled(): Promise<void> {
    return this.changes.settled();
  }

  readonly operations = {
    describeRule: {
      needs: ({ Name, EventBusName }) => [this.need('DescribeRule', Name, EventBusName)],
      run: ({ Name = '', EventBusName }) => ({
        ...this.describe(this.rules.require(Name, EventBusName)),
        CreatedBy: this.props.environment.account,
      }),
    } satisfies Operation<DescribeRuleRequest, DescribeRuleResponse>,
    listRules: {
      needs: () => [{ action: 'events:ListRules', resources: ['*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListRulesRequest, ListRulesResponse>,
    disableRule: {
      needs: ({ Name, EventBusName }) => [this.need('DisableRule', Name, EventBusName)],
      run: ({ Name = '', EventBusName }) => this.setState(Name, EventBusName, 'DISABLED'),
    } satisfies Operation<DisableRuleRequest, object>,
    enableRule: {
      needs: ({ Name, EventBusName }) => [this.need('EnableRule', Name, EventBusName)],
      // A rule that had been enabled for CloudTrail's management events too comes back without them.
      run: ({ Name = '', EventBusName }) => this.setState(Name, EventBusName, 'ENABLED'),
    } satisfies Operation<EnableRuleRequest, object>,
    putEvents: {
      needs: ({ Entries: entries = [] }) =>
        entries.map(({ EventBusName: bus, Source: source, DetailType: type }) => ({
          action: 'events:PutEvents',
          resources: [arnOf(this.props.environment, 'events', `event-bus/${busName(bus)}`)],
          context: { 'events:source': source, 'events:detail-type': type },
        })),
      run: ({ Entries: entries = [] }) => this.putEvents(entries),
    } satisfies Operation<PutEventsRequest, PutEventsResponse>,
    putRule: {
      needs: ({ Name, EventBusName, RoleArn }) => [
        this.need('PutRule', Name, EventBusName),
        ...(RoleArn === undefined ? [] : [passing(RoleArn)]),
      ],
      run: (request) => this.putRule(request),
    } satisfies Operation<PutRuleRequest, PutRuleResponse>,
  };

  /** Enabled, or disabled so lately that EventBridge may not have heard of it everywhere. */
  private matches(rule: EventRule): boolean {
    const { environment } = this.props;
    const since = this.disabledAt.get(ruleArn(environment, rule.name, rule.bus ?? DEFAULT_BUS));
    return isEnabled(rule) || (since !== undefined && environment.clock.now() < since + LATE_MS);
  }

  private async deliverToAll(rule: EventRule, event: BusEvent): Promise<void> {
    for (const target of rule.targets) {
      await this.deliver(rule, target, event);
    }
  }

  /** A target that refuses is tried again by EventBridge for a day; the rehearsal tells of it at once. */
  private async deliver(rule: EventRule, target: RuleTarget, event: BusEvent): Promise<void> {
    let error: string | undefined;
    try {
      const arn = ruleArn(this.props.environment, rule.name, rule.bus ?? DEFAULT_BUS);
      await this.props.invoke(target, target.input ?? JSON.stringify(event), arn);
    } catch (refusal) {
      error = refusal instanceof Error ? refusal.message : String(refusal);
    }
    this.deliveries.push({ rule: rule.name, event, target: target.arn, error });
  }

  /** Who has put an event does not wait for its targets. */
  private putEvents(given: NonNullable<PutEventsRequest['Entries']>): PutEventsResponse {
    const entries = readEntries(given, this.props.environment);
    for (const entry of entries) {
      if (!('event' in entry)) continue;
      this.events.push(entry.event);
      this.changes.start(0, () => this.put(entry.event));
    }
    return {
      FailedEntryCount: entries.filter((entry) => 'refused' in entry).length,
      Entries: entries.map((entry) => ('event' in entry ? { EventId: entry.event.id } : entry.refused)),
    };
  }

  private list(request: ListRulesRequest): ListRulesResponse {
    const { NamePrefix: prefix = '', Limit: limit = MAX_RULES } = request;
    if (limit < 1 || limit > MAX_RULES) {
      throw new AwsError('ValidationException', `Limit must be from 1 to ${MAX_RULES}; got ${limit}.`);
    }
    const { items, next } = page(
      this.rules.of(request.EventBusName).filter(({ name }) => name.startsWith(prefix)),
      request.NextToken,
      limit,
      () => new AwsError('InvalidToken', 'The token is not valid.'),
    );
    return { Rules: items.map((rule) => this.describe(rule)), ...(next !== undefined && { NextToken: next }) };
  }

  private setState(name: string, bus: string | undefined, state: RuleState): object {
    this.change({ ...this.ownRule(name, bus), state });
    return {};
  }

  private putRule(request: PutRuleRequest): PutRuleResponse {
    const { Name: name = '', EventBusName: bus } = request;
    const current = this.rules.find(name, bus);
    if (current !== undefined) {
      this.ownRule(name, bus);
    }
    const rule = ruleOfRequest(request, current);
    this.change(rule);
    return { RuleArn: ruleArn(this.props.environment, name, rule.bus ?? DEFAULT_BUS) };
  }

  private change(rule: EventRule): void {
    const before = this.rules.find(rule.name, rule.bus);
    this.rules.keep(rule);
    if (before !== undefined && isEnabled(before) && !isEnabled(rule)) {
      const { environment } = this.props;
      this.disabledAt.set(ruleArn(environment, rule.name, rule.bus ?? DEFAULT_BUS), environment.clock.now());
    }
    if (before === undefined || isEnabled(before) !== isEnabled(rule)) {
      this.changes.start(0, async () => this.props.onChange?.(rule, isEnabled(rule)));
    }
  }

  /** @throws AwsError of a rule that another AWS service has made */
  private ownRule(name: string, bus: string | undefined): EventRule {
    const rule = this.rules.require(name, bus);
    if (rule.managedBy !== undefined) {
      throw new AwsError(
        'ManagedRuleException',
        `Rule ${name} was created by ${rule.managedBy} on behalf of your account; only that service can change it.`,
      );
    }
    return rule;
  }

  private describe(rule: EventRule): DescribeRuleResponse {
    const { name, bus = DEFAULT_BUS, state = 'ENABLED', pattern, schedule } = rule;
    return {
      Name: name,
      Arn: ruleArn(this.props.environment, name, bus),
      State: state,
      EventBusName: bus,
      ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
      ...(schedule !== undefined && { ScheduleExpression: schedule }),
      ...(rule.description !== undefined && { Description: rule.description }),
      ...(rule.roleArn !== undefined && { RoleArn: rule.roleArn }),
      ...(rule.managedBy !== undefined && { ManagedBy: rule.managedBy }),
    };
  }

  private need(action: string, name = '*', bus?: string): Need {
    const { environment } = this.props;
    return {
      action: `events:${action}`,
      resources: [ruleArn(environment, name, busName(bus))],
      context: { 'events:creatorAccount': environment.account },
    };
  }
}

const passing = (roleArn: string): Need => ({
  action: 'iam:PassRole',
  resources: [roleArn],
  context: { 'iam:PassedToService': 'events.amazonaws.com' },
});
