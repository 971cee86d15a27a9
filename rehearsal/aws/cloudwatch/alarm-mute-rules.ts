import type {
  AlarmMuteRuleSummary,
  DeleteAlarmMuteRuleInput,
  GetAlarmMuteRuleInput,
  GetAlarmMuteRuleOutput,
  ListAlarmMuteRulesInput,
  ListAlarmMuteRulesOutput,
  PutAlarmMuteRuleInput,
} from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need, Operation } from '../service';
import { type MuteWindow, muteWindow, statusAt } from './mute-window';

interface StoredRule {
  readonly name: string;
  readonly input: PutAlarmMuteRuleInput;
  readonly window: MuteWindow;
  readonly updatedAt: number;
}

export interface AlarmMuteRulesProps {
  readonly environment: AwsEnvironment;
  readonly hasAlarm: (name: string) => boolean;
  /** Told before and after rules change. */
  readonly onChange: () => void;
}

const MAX_ALARMS = 100;
const MAX_NAME_LENGTH = 255;
const PAGE = 50;

/** Rules that keep alarms from acting for a time, and end by themselves. */
export class AlarmMuteRules {
  private readonly rules = new Map<string, StoredRule>();

  constructor(private readonly props: AlarmMuteRulesProps) {}

  /** Whether a rule that is active now has the alarm among its targets. */
  isMuted(alarmName: string): boolean {
    const now = this.now();
    return [...this.rules.values()].some(
      ({ input, window }) => targetsOf(input).includes(alarmName) && statusAt(window, now) === 'ACTIVE',
    );
  }

  readonly operations = {
    putAlarmMuteRule: {
      needs: (request) => this.needsToPut(request),
      run: (request) => this.put(request),
    } satisfies Operation<PutAlarmMuteRuleInput, object>,
    getAlarmMuteRule: {
      needs: ({ AlarmMuteRuleName: name = '*' }) => [this.need('GetAlarmMuteRule', name)],
      run: ({ AlarmMuteRuleName: name = '' }) => this.get(name),
    } satisfies Operation<GetAlarmMuteRuleInput, GetAlarmMuteRuleOutput>,
    listAlarmMuteRules: {
      needs: () => [{ action: 'cloudwatch:ListAlarmMuteRules', resources: ['*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListAlarmMuteRulesInput, ListAlarmMuteRulesOutput>,
    deleteAlarmMuteRule: {
      needs: ({ AlarmMuteRuleName: name = '*' }) => [this.need('DeleteAlarmMuteRule', name)],
      run: ({ AlarmMuteRuleName: name = '' }) => {
        // One that is not there is deleted all the same.
        this.change(() => this.rules.delete(name));
        return {};
      },
    } satisfies Operation<DeleteAlarmMuteRuleInput, object>,
  };

  /** A rule of the same name is replaced. */
  private put(request: PutAlarmMuteRuleInput): object {
    const { Name: name = '' } = request;
    if (name.length < 1 || name.length > MAX_NAME_LENGTH) {
      throw invalid(`The name of a mute rule has 1 to ${MAX_NAME_LENGTH} characters; got ${name.length}.`);
    }
    const targets = targetsOf(request);
    if (targets.length > MAX_ALARMS) {
      throw invalid(`A mute rule targets at most ${MAX_ALARMS} alarms; got ${targets.length}.`);
    }
    const missing = targets.filter((alarm) => !this.props.hasAlarm(alarm));
    if (missing.length > 0) {
      throw invalid(`The alarm names must match existing alarms; there is no ${missing.join(', ')}.`);
    }
    const window = muteWindow(request);
    // @see docs/aws-facts.md#cloudwatch-mute-start
    if (window.from < this.now()) {
      throw invalid(`The rule begins in the past: ${new Date(window.from).toISOString()}.`);
    }
    this.change(() => this.rules.set(name, { name, input: request, window, updatedAt: this.now() }));
    return {};
  }

  private get(name: string): GetAlarmMuteRuleOutput {
    const rule = this.rules.get(name);
    if (rule === undefined) {
      throw new AwsError('ResourceNotFoundException', `The alarm mute rule ${name} does not exist.`);
    }
    const { Description, Rule, MuteTargets, StartDate, ExpireDate } = rule.input;
    return {
      ...this.summary(rule),
      Name: name,
      Rule,
      ...(Description !== undefined && { Description }),
      ...(MuteTargets !== undefined && { MuteTargets }),
      ...(StartDate !== undefined && { StartDate }),
      ...(ExpireDate !== undefined && { ExpireDate }),
    };
  }

  private list({ AlarmName, Statuses, MaxRecords, NextToken }: ListAlarmMuteRulesInput): ListAlarmMuteRulesOutput {
    const now = this.now();
    const matching = [...this.rules.values()].filter(
      ({ input, window }) =>
        (AlarmName === undefined || targetsOf(input).includes(AlarmName)) &&
        (Statuses === undefined || Statuses.includes(statusAt(window, now))),
    );
    const refuse = () => new AwsError('InvalidNextToken', 'The next token is not valid.');
    const { items, next } = page(matching, NextToken, MaxRecords ?? PAGE, refuse);
    return {
      AlarmMuteRuleSummaries: items.map((rule) => this.summary(rule)),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private summary({ name, input, window, updatedAt }: StoredRule): AlarmMuteRuleSummary {
    return {
      AlarmMuteRuleArn: this.arn(name),
      Status: statusAt(window, this.now()),
      MuteType: 'ONE_TIME',
      LastUpdatedTimestamp: new Date(updatedAt),
      ...(input.ExpireDate !== undefined && { ExpireDate: input.ExpireDate }),
    };
  }

  private change(act: () => void): void {
    this.props.onChange();
    act();
    this.props.onChange();
  }

  /** The rule, and every alarm that it is to mute. */
  private needsToPut(request: PutAlarmMuteRuleInput): readonly Need[] {
    const alarms = targetsOf(request).map((alarm) => arnOf(this.props.environment, 'cloudwatch', `alarm:${alarm}`));
    return [
      this.need('PutAlarmMuteRule', request.Name ?? '*'),
      { action: 'cloudwatch:PutAlarmMuteRule', resources: alarms },
    ];
  }

  private need(action: string, name: string): Need {
    return { action: `cloudwatch:${action}`, resources: [this.arn(name)] };
  }

  private arn(name: string): string {
    return arnOf(this.props.environment, 'cloudwatch', `alarm-mute-rule:${name}`);
  }

  private now(): number {
    return this.props.environment.clock.now();
  }
}

const targetsOf = ({ MuteTargets: targets }: PutAlarmMuteRuleInput): readonly string[] => targets?.AlarmNames ?? [];

const invalid = (message: string) => new AwsError('ValidationError', message);
