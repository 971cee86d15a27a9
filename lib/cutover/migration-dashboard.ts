import { AlarmStatusWidget, Dashboard, GraphWidget, type IAlarm, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Activity, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { agentMetric } from './migration-alarms';

export interface MigrationDashboardProps {
  readonly migrationName: string;
  readonly stateMachine: StateMachine;
  readonly activity: Activity;
  readonly alarms: readonly IAlarm[];
}

/** What to have on the screen on the night. */
export class MigrationDashboard extends Construct {
  constructor(scope: Construct, id: string, props: MigrationDashboardProps) {
    super(scope, id);
    const metric = (name: string, label: string) => agentMetric(props.migrationName, name, label);
    new Dashboard(this, 'Resource', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${props.migrationName}\nGo back: start the state machine with \`{"action": "back"}\`. After an aborted execution: \`{"action": "recover"}\`.`,
            width: 24,
            height: 3,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 3 })],
        [
          new GraphWidget({ title: 'Replication lag (ms)', left: [metric('ReplicationLag', 'Lag')], width: 8 }),
          new GraphWidget({ title: 'Keys still to apply', left: [metric('DirtyKeys', 'Keys')], width: 8 }),
          new GraphWidget({ title: 'Conflicts (LIVE)', left: [metric('Conflicts', 'Keys')], width: 8 }),
        ],
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
