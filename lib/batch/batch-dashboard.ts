import { AlarmStatusWidget, Dashboard, GraphWidget, LogQueryWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type BatchAlarms, type BatchFigure, batchMetric } from './batch-alarms';

export interface BatchDashboardProps {
  readonly hostName: string;
  readonly runs: ILogGroup;
  readonly alarms: BatchAlarms;
}

/** What went wrong lately, and how each job’s last runs ended. */
export class BatchDashboard extends Construct {
  constructor(scope: Construct, id: string, { hostName, runs, alarms }: BatchDashboardProps) {
    super(scope, id);
    const graph = (title: string, ...figures: BatchFigure[]) =>
      new GraphWidget({ title, left: figures.map((figure) => batchMetric(hostName, figure)), width: 8 });
    const table = (title: string, ...queryLines: string[]) =>
      new LogQueryWidget({ title, logGroupNames: [runs.logGroupName], queryLines, width: 24, height: 8 });
    const { failed, missed, tooLong, heartbeat, diskFull } = alarms;
    new Dashboard(this, 'Resource', {
      widgets: [
        [
          new TextWidget({
            markdown: `# ${hostName}\nOn the host, \`sudo cutover-batch list\` shows all jobs.`,
            width: 24,
            height: 2,
          }),
        ],
        [new AlarmStatusWidget({ alarms: [heartbeat, failed, missed, tooLong, diskFull], width: 24, height: 3 })],
        [
          graph('Runs not well', 'failed', 'missed', 'tooLong'),
          graph('Heartbeat', 'heartbeat'),
          graph('Disk used (%)', 'diskUsed'),
        ],
        [
          table(
            'What went wrong',
            'fields @timestamp, Job, event, slot, owner, reason',
            "filter event in ['failed', 'timed-out', 'died', 'missed', 'skipped', 'not started']",
            'sort @timestamp desc',
            'limit 50',
          ),
        ],
        [
          table(
            'Jobs',
            "filter event in ['succeeded', 'failed', 'timed-out', 'died', 'missed', 'skipped']",
            'stats latest(slot) as lastSlot, latest(event) as ended, count(*) as runs, max(seconds) as longest by Job',
            'sort Job asc',
          ),
        ],
      ],
    });
  }
}
