import { AlarmStatusWidget, Dashboard, GraphWidget, type IAlarm, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { JobFacts } from './job-facts';

export interface JobsDashboardProps {
  readonly migrationName: string;
  readonly job: StateMachine;
  readonly jobs: readonly JobFacts[];
  readonly alarms: readonly IAlarm[];
}

/** What moved, and what did not. Where each job is, `cutover status` tells. */
export class JobsDashboard extends Construct {
  constructor(scope: Construct, id: string, { migrationName, job, jobs, alarms }: JobsDashboardProps) {
    super(scope, id);
    const retired = jobs.filter(({ decision }) => decision === 'retired').length;
    new Dashboard(this, 'Resource', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${migrationName}\n${jobs.length - retired} jobs move, ${retired} are retired. Where each is: \`cutover status ${migrationName}\`. To return one: \`cutover start ${migrationName} rollback --jobs NAME\`.`,
            width: 24,
            height: 3,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 })],
        [
          new GraphWidget({
            title: 'Executions of jobs',
            left: [job.metricStarted(), job.metricSucceeded(), job.metricFailed(), job.metricAborted()],
            width: 24,
          }),
        ],
      ],
    });
  }
}
