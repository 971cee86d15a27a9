import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Activity, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface MigrationDashboardProps {
  readonly migrationName: string;
  readonly stateMachine: StateMachine;
  readonly activity: Activity;
  readonly alarms: readonly IAlarm[];
  /** How the replication goes, a graph each. */
  readonly replication: readonly ReplicationGraph[];
  /** What the operator can start when clients are not well. @default - going back */
  readonly rollback?: string;
}

export interface ReplicationGraph {
  readonly title: string;
  readonly metric: IMetric;
}

/** What to have on the screen on the night. */
export class MigrationDashboard extends Construct {
  constructor(scope: Construct, id: string, props: MigrationDashboardProps) {
    super(scope, id);
    const rollback = props.rollback ?? 'Go back: start the state machine with `{"action": "rollback"}`.';
    new Dashboard(this, 'Resource', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${props.migrationName}\n${rollback} After an aborted execution: \`{"action": "recover"}\`.`,
            width: 24,
            height: 3,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 3 })],
        props.replication.map(({ title, metric }) => new GraphWidget({ title, left: [metric], width: 8 })),
        [
          new GraphWidget({
            title: 'Executions',
            left: [
              props.stateMachine.metricStarted(),
              props.stateMachine.metricSucceeded(),
              props.stateMachine.metricFailed(),
              props.stateMachine.metricAborted(),
            ],
            width: 12,
          }),
          new GraphWidget({
            title: 'Agent',
            left: [
              props.activity.metricSucceeded(),
              props.activity.metricFailed(),
              props.activity.metricHeartbeatTimedOut(),
            ],
            width: 12,
          }),
        ],
      ],
    });
  }
}
