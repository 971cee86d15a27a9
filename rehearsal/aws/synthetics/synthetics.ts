import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { CanaryRequest, CanaryRunOutput, DescribeCanariesLastRunRequest } from '../sdk-schemas/synthetics';
import type { AwsService, Need, Operation } from '../service';

export type CanaryState = 'READY' | 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'ERROR';

/** How a run ends; one that hangs has not ended yet. */
export type CanaryOutcome = 'PASSED' | 'FAILED' | 'RUNNING';

export interface Canary {
  readonly name: string;
  /** `rate(5 minutes)`, a cron expression, or `rate(0 minute)`, which runs once when it is started. */
  readonly schedule: string;
  state: CanaryState;
  run?: CanaryRunOutput;
}

export interface SyntheticsProps {
  readonly environment: AwsEnvironment;
  /** Runs a canary. */
  readonly perform: (name: string) => Promise<CanaryOutcome>;
}

const MAX_NAMES = 5;
const PAGE = 100;

/**
 * CloudWatch Synthetics: canaries that run by their schedules, or once when they are started. A run takes no time here; that
 * it has begun and how it ended is found out when somebody looks.
 *
 * @see docs/aws-facts.md#synthetics-run-once
 * @see docs/aws-facts.md#synthetics-last-run
 */
export class Synthetics implements AwsService {
  readonly identifier = 'synthetics';
  private readonly canaries = new Map<string, Canary>();

  constructor(private readonly props: SyntheticsProps) {}

  add(name: string, schedule: string, state: CanaryState = isOnce(schedule) ? 'READY' : 'RUNNING'): void {
    this.canaries.set(name, { name, schedule, state });
  }

  has(name: string): boolean {
    return this.canaries.has(name);
  }

  readonly operations = {
    getCanary: {
      needs: ({ Name: name = '*' }) => [this.need('GetCanary', name)],
      run: ({ Name: name = '' }) => this.get(name),
    } satisfies Operation<CanaryRequest, object>,
    startCanary: {
      needs: ({ Name: name = '*' }) => [this.need('StartCanary', name)],
      run: ({ Name: name = '' }) => this.start(name),
    } satisfies Operation<CanaryRequest, object>,
    describeCanariesLastRun: {
      needs: ({ Names: names }) => [
        {
          action: 'synthetics:DescribeCanariesLastRun',
          resources: ['*'],
          ...(names !== undefined && { context: { 'synthetics:Names': [...names] } }),
        },
      ],
      run: (request) => this.lastRuns(request),
    } satisfies Operation<DescribeCanariesLastRunRequest, object>,
  };

  private async get(name: string): Promise<object> {
    const canary = this.find(name);
    await this.runDue(canary);
    return {
      Canary: { Name: name, Schedule: { Expression: canary.schedule }, Status: { State: canary.state } },
    };
  }

  private async start(name: string): Promise<object> {
    const canary = this.find(name);
    await this.runDue(canary);
    if (!['READY', 'STOPPED', 'ERROR'].includes(canary.state)) {
      throw new AwsError('ConflictException', `The canary ${name} is in the state ${canary.state}.`);
    }
    canary.state = 'RUNNING';
    await this.perform(canary, this.now());
    if (isOnce(canary.schedule) && canary.run?.Status.State !== 'RUNNING') canary.state = 'STOPPED';
    return {};
  }

  private async lastRuns({ Names: names, MaxResults: size, NextToken: token }: DescribeCanariesLastRunRequest) {
    if (names !== undefined && (names.length < 1 || names.length > MAX_NAMES)) {
      throw new AwsError('ValidationException', `Names takes 1 to ${MAX_NAMES} names; got ${names.length}.`);
    }
    const asked = [...this.canaries.values()].filter(({ name }) => names === undefined || names.includes(name));
    for (const canary of asked) await this.runDue(canary);
    const ran = asked.filter(({ run }) => run !== undefined);
    const refuse = () => new AwsError('ValidationException', 'The next token is not valid.');
    const { items, next } = page(ran, token, size ?? PAGE, refuse);
    return {
      CanariesLastRun: items.map(({ name, run }) => ({ CanaryName: name, LastRun: run })),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  /** The latest of those that its schedule has had run since. */
  private async runDue(canary: Canary): Promise<void> {
    const every = secondsBetween(canary.schedule) * 1000;
    if (canary.state !== 'RUNNING' || every === 0) return;
    const due = Math.floor(this.now() / every) * every;
    if (canary.run === undefined || canary.run.Timeline.Started.getTime() < due) await this.perform(canary, due);
  }

  private async perform(canary: Canary, began: number): Promise<void> {
    const outcome = await this.props.perform(canary.name);
    canary.run = {
      Id: this.props.environment.ids.uuid(),
      Name: canary.name,
      Status: { State: outcome, ...(outcome === 'FAILED' && { StateReason: 'Error: 503 Service Unavailable' }) },
      Timeline: { Started: new Date(began), ...(outcome !== 'RUNNING' && { Completed: new Date(this.now()) }) },
    };
  }

  private find(name: string): Canary {
    const canary = this.canaries.get(name);
    if (canary === undefined) throw new AwsError('ResourceNotFoundException', `There is no canary ${name}.`);
    return canary;
  }

  private need(action: string, name: string): Need {
    return {
      action: `synthetics:${action}`,
      resources: [arnOf(this.props.environment, 'synthetics', `canary:${name}`)],
    };
  }

  private now(): number {
    return this.props.environment.clock.now();
  }
}

const isOnce = (schedule: string) => /^rate\(0 /.test(schedule);

/** 0 of one that runs once, and of a cron expression, by which none has run yet. */
function secondsBetween(schedule: string): number {
  const [, count = '0', unit] = /^rate\((\d+) (minute|hour)s?\)$/.exec(schedule) ?? [];
  return Number(count) * (unit === 'hour' ? 3600 : 60);
}
