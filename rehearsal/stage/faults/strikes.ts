import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionView } from '../../aws/sfn/executions';
import type { Side } from '../../report/result';
import type { Account } from '../account';
import type { Act, StruckAct } from '../act';
import type { AgentProcess } from '../agent-process';
import type { Migration } from '../migration';
import type { Surroundings } from '../surroundings';
import { updateRecords } from '../update-records';
import type { FaultKind } from './kinds';

/** What faults strike at. */
export interface StruckStage {
  readonly migration: Migration;
  readonly account: Account;
  readonly act: Act;
  readonly agent: AgentProcess;
  readonly surroundings: Surroundings;
  readonly struck: StruckAct;
  /** Told before a side's server is ended for good. */
  readonly onLoss: (side: Side) => void;
}

type Strike = (stage: StruckStage, execution: ExecutionView) => Promise<void>;

/** A hung agent hangs for longer than its heartbeat may lapse. */
const HANG_MS = 40_000;
const ALARM_AFTER_MS = 500;

/** Has a fault happen as an execution enters a state. */
export async function strike(kind: FaultKind, stage: StruckStage, execution: ExecutionView): Promise<void> {
  await (STRIKES[kind]?.(stage, execution) ?? stage.act.faults[kind]?.(stage.struck));
}

const start =
  (inputOf: (execution: ExecutionView) => string): Strike =>
  async ({ account, migration }, execution) => {
    const stateMachineArn = migration.stateMachine.arn;
    await account.asOperator('sfn', 'startExecution', { stateMachineArn, input: inputOf(execution) });
  };

const stop: Strike = async ({ account }, { executionArn }) => {
  await account.asOperator('sfn', 'stopExecution', { executionArn, error: 'Aborted', cause: 'on purpose' });
};

const lose =
  (side: Side): Strike =>
  async ({ onLoss, surroundings, act }) => {
    onLoss(side);
    await surroundings.firewalls[side].fail('refuse');
    await act.kill(side);
  };

const STRIKES: Partial<Record<FaultKind, Strike>> = {
  abort: stop,
  'abort-unheard': stop,
  'abort-doubled': stop,
  rival: start(({ input }) => input),
  'early-recover': start(() => '{"action": "recover"}'),
  deploy: ({ account: { assembly, controlPlane: plane } }) => updateRecords({ assembly, plane }),
  alarm: async ({ account, migration }) => {
    await sleep(ALARM_AFTER_MS);
    for (const name of migration.alarmNames.slice(0, 1)) {
      account.cloudwatch.setAlarmState(name, 'ALARM', 'on purpose');
    }
  },
  'kill-agent': async ({ agent }) => agent.kill(),
  'hang-agent': ({ agent }) => agent.hang(HANG_MS),
  'replace-host': ({ agent }) => agent.replace(),
  'kill-blue': lose('blue'),
  'kill-green': lose('green'),
};
