import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { CacheConsistency } from '../../../lib';
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
  return { runner, parameters };
}
