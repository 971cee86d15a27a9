import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { BATCH_NAMESPACE } from '../contract/batch';

export type Figures = Readonly<Record<string, number>>;

/** The runner's own lines, JSON each, which the CloudWatch agent ships. CloudWatch Logs makes metrics of their figures. */
export class RunLog {
  constructor(
    private readonly path: string,
    private readonly host: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Something about a job. Figures count for the host, and for the job. */
  ofJob(job: string, event: string, fields: object, figures: Figures = {}): void {
    const dimensions = Object.keys(figures).length === 0 ? [] : [['BatchHost'], ['BatchHost', 'Job']];
    this.write({ event, Job: job, ...fields }, dimensions, figures);
  }

  /** Something about the host. */
  ofHost(event: string, fields: object, figures: Figures = {}): void {
    this.write({ event, ...fields }, Object.keys(figures).length === 0 ? [] : [['BatchHost']], figures);
  }

  private write(fields: object, dimensions: readonly string[][], figures: Figures): void {
    const time = this.now();
    const metrics = Object.keys(figures).map((Name) => ({ Name, Unit: Name.endsWith('Used') ? 'Percent' : 'Count' }));
    const embedded =
      dimensions.length === 0
        ? {}
        : {
            _aws: {
              Timestamp: time.getTime(),
              CloudWatchMetrics: [{ Namespace: BATCH_NAMESPACE, Dimensions: dimensions, Metrics: metrics }],
            },
          };
    const line = { time: time.toISOString(), ...fields, BatchHost: this.host, ...figures, ...embedded };
    mkdirSync(dirname(this.path), { recursive: true });
    appendFileSync(this.path, `${JSON.stringify(line)}\n`, { mode: 0o640 });
  }
}
