import type {
  AlarmType,
  CompositeAlarm,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  MetricAlarm,
  MetricDatum,
  PutMetricDataInput,
  SetAlarmStateInput,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import { AwsError, NotRehearsedError } from './aws-error';
import { type AwsEnvironment, arnOf } from './environment';
import { page } from './page';
import type { AwsService, Operation } from './service';

interface Alarm {
  readonly name: string;
  readonly type: AlarmType;
  state: StateValue;
  reason: string;
  updatedAt: number;
}

/** A value that somebody has published. */
export interface PublishedMetric extends MetricDatum {
  readonly namespace: string;
}

/** DescribeAlarms takes no more names, and gives no more alarms a page. */
const MOST_ALARMS = 100;

/** CloudWatch: alarms, whose state the rehearsal sets, and metrics, which are kept to be looked at. */
export class CloudWatch implements AwsService {
  readonly identifier = 'cloudwatch';
  readonly metrics: PublishedMetric[] = [];
  private readonly alarms = new Map<string, Alarm>();

  constructor(private readonly environment: AwsEnvironment) {}

  addAlarm(name: string, type: AlarmType = 'MetricAlarm', state: StateValue = 'OK'): void {
    this.alarms.set(name, { name, type, state, reason: '', updatedAt: this.environment.clock.now() });
  }

  /** @throws AwsError ResourceNotFound */
  setAlarmState(name: string, state: StateValue, reason: string): void {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) {
      throw new AwsError('ResourceNotFound', `There is no alarm ${name}.`, 404);
    }
    alarm.state = state;
    alarm.reason = reason;
    alarm.updatedAt = this.environment.clock.now();
  }

  readonly operations = {
    describeAlarms: {
      needs: ({ AlarmNames: names = [] }) => [
        {
          action: 'cloudwatch:DescribeAlarms',
          resources: (names.length === 0 ? ['*'] : names).map((name) => this.arn(name)),
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
    putMetricData: {
      needs: ({ Namespace: namespace }) => [
        { action: 'cloudwatch:PutMetricData', resources: ['*'], context: { 'cloudwatch:namespace': namespace } },
      ],
      run: (request) => this.putMetricData(request),
    } satisfies Operation<PutMetricDataInput, object>,
  };

  private describe(request: DescribeAlarmsInput): DescribeAlarmsOutput {
    const { AlarmNames: names = [], AlarmNamePrefix: prefix, MaxRecords: size = 50 } = request;
    if (names.length > MOST_ALARMS) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: Member must have length less than or equal to ${MOST_ALARMS}; it has ${names.length}.`,
      );
    }
    if (names.length > 0 && prefix !== undefined) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        'AlarmNames and AlarmNamePrefix cannot be used together.',
      );
    }
    if (size < 1 || size > MOST_ALARMS) {
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${size}' at 'maxRecords' failed to satisfy constraint: Member must be from 1 to ${MOST_ALARMS}.`,
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
    const matching = [...this.alarms.values()].filter(
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

  private describeAlarm({ name, state, reason, updatedAt }: Alarm): MetricAlarm & CompositeAlarm {
    return {
      AlarmName: name,
      AlarmArn: this.arn(name),
      ActionsEnabled: true,
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
    return {};
  }

  private arn(name: string): string {
    return arnOf(this.environment, 'cloudwatch', `alarm:${name}`);
  }
}
