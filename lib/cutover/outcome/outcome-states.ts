import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { IntegrationTask } from '../states/integration-task';
import { jsonata } from '../states/jsonata';
import { Announcements } from './announcements';
import { OUTCOME_EVENT, OUTCOME_METRIC } from './outcome-event';

/** A trouble of EventBridge's holds up the end of an execution for no longer than this. */
const SECONDS = '60';

export interface OutcomeStatesProps {
  readonly migrationName: string;
  /** Where people are told of each phase, and of the end. @default - nowhere */
  readonly notifications?: ITopic | undefined;
}

/**
 * The states by which an execution tells others how it ends: an event on the default bus, a count in CloudWatch, a message to
 * people. Clients are where they are by then, so that what cannot be told changes nothing.
 *
 * The execution itself sends the event, once everything is put back: Step Functions tells EventBridge of an execution's end
 * at best effort, and knows nothing of sides. An execution that was stopped sends none; the recovery that follows does.
 *
 * @see docs/aws-facts.md#sfn-status-events
 */
export class OutcomeStates {
  /** Their names. */
  public readonly names: string[] = [];
  public readonly announcements: Announcements | undefined;

  constructor(
    private readonly scope: Construct,
    private readonly props: OutcomeStatesProps,
  ) {
    const { migrationName, notifications: topic } = props;
    if (topic !== undefined) this.announcements = new Announcements({ migrationName, topic });
  }

  /**
   * @param end where they lead
   * @param how completes their names: "Tell EventBridge …"
   * @param outcome JSONata; `$activeSide` and `$failure` are assigned
   */
  public before(end: IChainable, how: string, outcome: string): IChainable {
    const send = this.send(`Tell EventBridge ${how}`, outcome);
    const count = this.count(`Tell CloudWatch ${how}`, outcome);
    const tell = this.announcements?.outcome(this.scope, `Tell people ${how}`, outcome);
    const states = [send, count, tell].filter((state) => state !== undefined);
    states.forEach((state, index) => {
      const next = states[index + 1] ?? end;
      state.addCatch(next, { errors: ['States.ALL'] });
      state.next(next);
      this.names.push(state.id);
    });
    return send;
  }

  /** @see docs/aws-facts.md#sfn-put-events */
  private send(name: string, outcome: string): IntegrationTask {
    const { source, detailType } = OUTCOME_EVENT;
    return new IntegrationTask(this.scope, name, {
      resource: 'arn:aws:states:::events:putEvents',
      arguments: jsonata`
        {'Entries': [{'Source': '${source}', 'DetailType': '${detailType}', 'Detail': $merge([{'migration':
        ${literal(this.props.migrationName)}, 'action': $states.context.Execution.Input.action, 'outcome': ${outcome},
        'activeSide': $activeSide, 'execution': $states.context.Execution.Id}, $failure.phase = 'none' ? {}
        : {'failure': $failure}])}]}
      `,
      policies: [
        new PolicyStatement({
          actions: ['events:PutEvents'],
          resources: [
            Stack.of(this.scope).formatArn({
              service: 'events',
              resource: 'event-bus',
              resourceName: 'default',
              arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
            }),
          ],
          // @see docs/aws-facts.md#eventbridge-put-conditions
          conditions: { 'ForAllValues:StringEquals': { 'events:source': source, 'events:detail-type': detailType } },
        }),
      ],
      attempts: 4,
      seconds: SECONDS,
      outputs: {},
    });
  }

  private count(name: string, outcome: string) {
    const { namespace, metricName } = OUTCOME_METRIC;
    return awsCall(this.scope, name, {
      call: 'cloudwatch:putMetricData',
      parameters: {
        Namespace: namespace,
        MetricData: [
          {
            MetricName: metricName,
            Dimensions: [
              { Name: 'Migration', Value: this.props.migrationName },
              { Name: 'Outcome', Value: expression(outcome) },
            ],
            Unit: 'Count',
            Value: 1,
          },
        ],
      },
      iamAction: 'cloudwatch:PutMetricData',
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': namespace } },
      wildcard: 'PutMetricData knows no resources; its namespace is named.',
      outputs: {},
    });
  }
}
