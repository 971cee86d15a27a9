import type {
  AlarmType,
  CompositeAlarm,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  DisableAlarmActionsInput,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  MetricAlarm,
  MetricDatum,
  PutMetricDataInput,
  SetAlarmStateInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Operation } from '../service';
import { AlarmMuteRules } from './alarm-mute-rules';
import { type Alarm, type AlarmAction, Alarms } from './alarms';
import { type DataPoint, MetricData } from './metric-data';
import { MetricStatistics } from './metric-statistics';

/** A value that somebody has published. */
export interface PublishedMetric extends MetricDatum {
  readonly namespace: string;
}

/** The metric of an alarm. */
export type WatchedMetric = Pick<MetricAlarm, 'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic'>;

/** CloudWatch: alarms, whose state the rehearsal sets, and metrics, which are kept to be looked at. */
export class CloudWatch implements AwsService {
  readonly identifier = 'cloudwatch';
  readonly metrics: PublishedMetric[] = [];
  /** What AWS itself publishes. */
  readonly statistics: MetricStatistics;
  /** Called before metrics are read: applications have published by now. */
  beforeMetricData: () => Promise<void> = () => Promise.resolve();
  private readonly metricData: MetricData;
  private readonly alarms: Alarms;
  private readonly watched = new Map<string, WatchedMetric>();
  private readonly muteRules: AlarmMuteRules;
  readonly operations: AwsService['operations'];

  constructor(private readonly environment: AwsEnvironment) {
    this.muteRules = new AlarmMuteRules({
      environment,
      hasAlarm: (name) => this.alarms.has(name),
      onChange: () => this.alarms.release(),
    });
    this.statistics = new MetricStatistics(environment.clock);
    this.metricData = new MetricData(() => environment.clock.now());
    this.alarms = new Alarms(environment.clock, (name) => this.muteRules.isMuted(name));
    this.operations = { ...this.ownOperations, ...this.muteRules.operations };
  }

  /** @param watched what its description says of its metric */
  addAlarm(name: string, type: AlarmType = 'MetricAlarm', state: StateValue = 'OK', watched: WatchedMetric = {}): void {
    this.alarms.add(name, type, state);
    this.watched.set(name, watched);
  }

  removeAlarm(name: string): void {
    this.alarms.remove(name);
  }

  /** @throws AwsError ResourceNotFound */
  setAlarmState(name: string, state: StateValue, reason: string): void {
    this.alarms.setState(name, state, reason);
  }

  /** As a service of AWS publishes it, or an application did. */
  publish(...points: readonly DataPoint[]): void {
    this.metricData.points.push(...points);
  }

  /** Every action of an alarm that was run, oldest first: what is muted or disabled is not among them. */
  alarmActions(): readonly AlarmAction[] {
    return this.alarms.actions();
  }

  /** Whether the alarm would do nothing if it changed its state now. */
  isQuiet(alarmName: string): boolean {
    const alarm = this.alarms.all().find(({ name }) => name === alarmName);
    return alarm?.actionsEnabled === false || this.muteRules.isMuted(alarmName);
  }

  private readonly ownOperations = {
    disableAlarmActions: this.actionsOperation('DisableAlarmActions', false),
    enableAlarmActions: this.actionsOperation('EnableAlarmActions', true),
    describeAlarms: {
      needs: ({ AlarmNames: names = [], AlarmTypes: types = [] }) => [
        {
          action: 'cloudwatch:DescribeAlarms',
          // @see docs/aws-facts.md#cloudwatch-composite-alarms-need-everything
          resources: types.includes('CompositeAlarm')
            ? ['*']
            : (names.length === 0 ? ['*'] : names).map((name) => this.arn(name)),
        },
      ],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeAlarmsInput, DescribeAlarmsOutput>,
    setAlarmState: {
      needs: ({ AlarmName: name = '*' }) => [{ action: 'cloudwatch:SetAlarmState', resources: [this.arn(name)] }],
      run: ({ AlarmName: name = '', StateValue: state = 'OK', StateReason: reason = '' }) => {
        this.setAlarmState(name, state, reason);
        return {};
      },
    } satisfies Operation<SetAlarmStateInput, object>,
    getMetricStatistics: {
      needs: () => [{ action: 'cloudwatch:GetMetricStatistics', resources: ['*'] }],
      run: (request) => this.statistics.get(request),
    } satisfies Operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>,
    getMetricData: {
      needs: () => [{ action: 'cloudwatch:GetMetricData', resources: ['*'] }],
      run: async (request) => {
        await this.beforeMetricData();
        return this.metricData.read(request);
      },
    } satisfies Operation<GetMetricDataInput, GetMetricDataOutput>,
    putMetricData: {
      needs: ({ Namespace: namespace }) => [
        { action: 'cloudwatch:PutMetricData', resources: ['*'], context: { 'cloudwatch:namespace': namespace } },
      ],
      run: (request) => this.putMetricData(request),
    } satisfies Operation<PutMetricDataInput, object>,
  };

  private actionsOperation(action: string, enabled: boolean): Operation<DisableAlarmActionsInput, object> {
    return {
      needs: ({ AlarmNames: names = [] }) => [
        { action: `cloudwatch:${action}`, resources: names.map((name) => this.arn(name)) },
      ],
      run: ({ AlarmNames: names = [] }) => {
        this.alarms.setActionsEnabled(names, enabled);
        return {};
      },
    };
  }

  private describe(request: DescribeAlarmsInput): DescribeAlarmsOutput {
    const { AlarmNames: names = [], AlarmNamePrefix: prefix, MaxRecords: size = 50 } = request;
    if (names.length > 0 && prefix !== undefined) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        'AlarmNames and AlarmNamePrefix cannot be used together.',
      );
    }
    if (
      request.ChildrenOfAlarmName !== undefined ||
      request.ParentsOfAlarmName !== undefined ||
      request.ActionPrefix !== undefined
    ) {
      throw new NotRehearsedError('DescribeAlarms with ChildrenOfAlarmName, ParentsOfAlarmName or ActionPrefix');
    }
    // Composite alarms are left out unless they are asked for by their type.
    const types: readonly AlarmType[] = request.AlarmTypes ?? ['MetricAlarm'];
    // @see docs/aws-facts.md#cloudwatch-unknown-alarm-is-left-out
    const matching = this.alarms
      .all()
      .filter(
        ({ name, type, state }) =>
          types.includes(type) &&
          (names.length === 0 || names.includes(name)) &&
          (prefix === undefined || name.startsWith(prefix)) &&
          (request.StateValue === undefined || state === request.StateValue),
      );
    const { items, next } = page(
      matching,
      request.NextToken,
      size,
      () => new AwsError('InvalidNextToken', 'The next token is not valid.'),
    );
    const ofType = (wanted: AlarmType) =>
      items.filter(({ type }) => type === wanted).map((alarm) => this.describeAlarm(alarm));
    return {
      MetricAlarms: ofType('MetricAlarm'),
      CompositeAlarms: ofType('CompositeAlarm'),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private describeAlarm({ name, state, reason, updatedAt, actionsEnabled }: Alarm): MetricAlarm & CompositeAlarm {
    return {
      AlarmName: name,
      AlarmArn: this.arn(name),
      ActionsEnabled: actionsEnabled,
      ...this.watched.get(name),
      StateValue: state,
      StateReason: reason,
      StateUpdatedTimestamp: new Date(updatedAt),
    };
  }

  private putMetricData({ Namespace: namespace = '', MetricData: data = [] }: PutMetricDataInput): object {
    if (namespace.startsWith('AWS/')) {
      throw new AwsError(
        'InvalidParameterValueException',
        "The value AWS/ for parameter Namespace is invalid: namespaces of AWS's own services are reserved.",
      );
    }
    if (data.length > 1000) {
      throw new AwsError('ValidationError', `At most 1000 metrics a request; got ${data.length}.`);
    }
    const unclear = data.find(
      ({ Value, Values, StatisticValues }) =>
        [Value, Values, StatisticValues].filter((given) => given !== undefined).length !== 1,
    );
    if (unclear !== undefined) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        `The metric ${unclear.MetricName} must have one of Value, Values and StatisticValues.`,
      );
    }
    this.metrics.push(...data.map((datum) => ({ ...datum, namespace })));
    this.publish(...data.map((datum) => this.pointOf(namespace, datum)));
    return {};
  }

  /** One value of each: of several, or of a set's statistics, nobody here asks. */
  private pointOf(namespace: string, datum: MetricDatum): DataPoint {
    const { MetricName: name = '', Dimensions: dimensions = [], Timestamp: at, Value, Values, StatisticValues } = datum;
    const value = Value ?? Values?.[0] ?? StatisticValues?.Sum ?? 0;
    return { namespace, name, dimensions, at: at === undefined ? this.environment.clock.now() : at.getTime(), value };
  }

  private arn(name: string): string {
    return arnOf(this.environment, 'cloudwatch', `alarm:${name}`);
  }
}
