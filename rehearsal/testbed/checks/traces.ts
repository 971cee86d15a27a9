import type { CheckKind } from '../../../contract/manifest';
import type { Assembly } from '../../assembly';
import type { CloudWatch } from '../../aws/cloudwatch/cloudwatch';
import { CloudWatchLogs } from '../../aws/cloudwatch-logs/cloudwatch-logs';
import { FilterPattern } from '../../aws/cloudwatch-logs/filter-pattern';
import type { AwsEnvironment } from '../../aws/environment';
import type { AwsService } from '../../aws/service';
import { type CanaryOutcome, Synthetics } from '../../aws/synthetics/synthetics';
import type { CheckAnswers } from './check-answers';
import type { ListedCheck } from './listed-checks';

export interface TracesProps {
  readonly environment: AwsEnvironment;
  readonly assembly: Assembly;
  readonly checks: readonly ListedCheck[];
  readonly answers: CheckAnswers;
  readonly cloudwatch: CloudWatch;
}

/** Of a canary that the assembly does not make. */
const USUAL_SCHEDULE = 'rate(1 minute)';

/** For how long applications have published what they publish. */
const HISTORY_MS = 3 * 3_600_000;

interface AskedMetric {
  readonly MetricStat: {
    readonly Period: number;
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

/**
 * What applications leave where checks look: lines in their logs, values of metrics, what a canary meets. As they are told to
 * behave on the side that they use; one that hangs, or is not served, leaves nothing.
 */
export class Traces {
  readonly logs: CloudWatchLogs;
  readonly synthetics: Synthetics;

  constructor(private readonly props: TracesProps) {
    const { environment, assembly, cloudwatch } = props;
    this.logs = new CloudWatchLogs({ environment, beforeRead: (group) => this.write(group) });
    this.synthetics = new Synthetics({ environment, perform: (name) => this.perform(name) });
    for (const { facts } of this.of('logLines')) this.logs.addGroup(String(facts.logGroup));
    for (const { facts } of this.of('canary')) {
      const name = String(facts.canary);
      if (!this.synthetics.has(name)) this.synthetics.add(name, scheduleOf(assembly, name));
    }
    cloudwatch.beforeMetricData = () => this.publish();
  }

  get services(): readonly AwsService[] {
    return [this.logs, this.synthetics];
  }

  private async write(group: string): Promise<void> {
    for (const { id, facts } of this.of('logLines').filter((each) => each.facts.logGroup === group)) {
      const behaviour = await this.props.answers.now(id);
      this.logs.write(group, `${id} begins`);
      if (behaviour === 'red') this.logs.write(group, `${id} ends abnormally`);
      if (behaviour !== 'works') continue;
      const { example } = new FilterPattern(String(facts.pattern));
      for (let line = 0; line < Number(facts.atLeast); line++) this.logs.write(group, example);
    }
  }

  /** Of every period in which nobody has looked it is as it is now; what was published stays. */
  private async publish(): Promise<void> {
    const { answers, cloudwatch, environment } = this.props;
    const now = environment.clock.now();
    for (const { id, facts } of this.of('metric')) {
      const behaviour = await answers.now(id);
      const { Period, Metric } = (facts.query as unknown as AskedMetric).MetricStat;
      const period = Period * 1000;
      const first = Math.max(this.published.get(id) ?? 0, now - HISTORY_MS);
      this.published.set(id, now);
      if (behaviour === 'hangs') continue;
      const value = publishedValue(String(facts.comparison), Number(facts.threshold), behaviour === 'works');
      for (let at = Math.floor(first / period) * period + period; at <= now; at += period) {
        const { Namespace: namespace, MetricName: name, Dimensions: dimensions } = Metric;
        cloudwatch.publish({ namespace, name, dimensions, at, value });
      }
    }
  }

  /** Until when each has been. */
  private readonly published = new Map<string, number>();

  private async perform(name: string): Promise<CanaryOutcome> {
    const check = this.of('canary').find(({ facts }) => facts.canary === name);
    const behaviour = check === undefined ? 'works' : await this.props.answers.now(check.id);
    return { works: 'PASSED', red: 'FAILED', hangs: 'RUNNING' }[behaviour] as CanaryOutcome;
  }

  private of(wanted: CheckKind): ListedCheck[] {
    return this.props.checks.filter(({ type }) => type === wanted);
  }
}

function scheduleOf(assembly: Assembly, name: string): string {
  const canary = assembly.resources('AWS::Synthetics::Canary').find(({ physicalId }) => physicalId === name);
  const schedule = canary?.property('Schedule') as { Expression?: string } | undefined;
  return schedule?.Expression ?? USUAL_SCHEDULE;
}

/** A value that compares as the check wants it, or does not. */
function publishedValue(comparison: string, threshold: number, holds: boolean): number {
  return comparison.startsWith('GreaterThan') === holds ? threshold + 1 : threshold - 1;
}
