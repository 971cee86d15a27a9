import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { CacheConsistency } from '../../../lib';
import { CloudWatch } from '../../../rehearsal/aws/cloudwatch/cloudwatch';
import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { StateMachineRunner } from '../../../rehearsal/aws/sfn/executions';
import { Cloud, type RunOptions } from '../../lib/cloud';
import { Surroundings } from '../../lib/migration-under-test';
import { MACHINE } from './deployed-migration';

/** A whole execution in virtual time: its events, and who serves after it. */
export interface Night {
  readonly action: string;
  readonly events: readonly HistoryEvent[];
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT' | 'RUNNING';
  readonly serving: string;
}

export async function night(options: RunOptions = {}, action = 'cutover'): Promise<Night> {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.FENCED);
  const cloud = await Cloud.of(surroundings.deploy(), true);
  const events: HistoryEvent[] = [];
  try {
    const { status } = await cloud.run(action, { ...options, follower: { event: (event) => events.push(event) } });
    return { action, events, status, serving: cloud.serving() ?? 'nobody' };
  } finally {
    await cloud.stop();
  }
}

const arnOf = (index: number) => `${MACHINE.replace(':stateMachine:', ':execution:')}:run-${index}`;

/** A figure that CloudWatch has of now, and of some minutes before. */
export interface Measured {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** The oldest first, a minute apart. */
  readonly values: readonly number[];
}

/** CloudWatch with what the agent has measured of `sessions`. */
export const measured = (environment: AwsEnvironment, ...figures: readonly Measured[]): CloudWatch => {
  const cloudwatch = new CloudWatch(environment);
  const now = environment.clock.now();
  for (const { name, dimensions, values } of figures) {
    for (const [index, value] of values.entries()) {
      cloudwatch.publish({
        namespace: 'CdkCutover',
        name,
        dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        at: now - (values.length - 1 - index) * 60_000,
        value,
      });
    }
  }
  return cloudwatch;
};

/** An account in which these were executed, the newest first, and of that one so many events are there. */
export function account(nights: readonly [Night, ...Night[]], seen: () => number = () => Number.POSITIVE_INFINITY) {
  const [newest] = nights;
  const runner: StateMachineRunner = {
    stateMachineArns: [MACHINE],
    executions: () =>
      nights.map(({ action, status }, index) => ({
        executionArn: arnOf(index),
        stateMachineArn: MACHINE,
        name: `run-${index}`,
        status,
        startedAt: 0,
        stoppedAt: Date.UTC(2026, 0, 28 - index),
        input: JSON.stringify({ action }),
      })),
    history: (arn) => {
      const index = nights.findIndex((_night, at) => arnOf(at) === arn);
      return nights[index]?.events.slice(0, index === 0 ? seen() : undefined) ?? [];
    },
    start: () => undefined,
    stop: async () => undefined,
  };
  const parameters = {
    lock: JSON.stringify({ execution: arnOf(0) }),
    journal: JSON.stringify({ phase: 'settled', serving: newest.serving }),
  };
  const services = (environment: AwsEnvironment): readonly AwsService[] => [measured(environment)];
  return { runner, parameters, services };
}
