import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionView } from '../../aws/sfn/executions';
import type { Side } from '../../report/result';
import type { Account } from '../account';
import type { AgentProcess } from '../agent-process';
import type { Migration } from '../migration';
import type { FaultContext, SystemUnderTest } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';
import { updateRecords } from '../update-records';
import type { FaultKind } from './kinds';

/** What faults are injected into. */
export interface FaultTargets {
  readonly migration: Migration;
  readonly account: Account;
  readonly system: SystemUnderTest;
  readonly agent: AgentProcess;
  readonly network: TestbedNetwork;
  readonly context: FaultContext;
  /** Told before a side's server is ended for good. */
  readonly onLoss: (side: Side) => void;
}

type Injection = (targets: FaultTargets, execution: ExecutionView) => Promise<void>;

/** A hung agent hangs for longer than its heartbeat may lapse. */
const HANG_MS = 40_000;
/** A host that EC2 reboots is away for longer than any of the agent's tasks waits for it. */
const REBOOT_MS = 150_000;
const ALARM_AFTER_MS = 500;

/** Injects a fault as an execution enters a state. */
export async function inject(kind: FaultKind, targets: FaultTargets, execution: ExecutionView): Promise<void> {
  await (INJECTIONS[kind]?.(targets, execution) ?? targets.system.faults?.[kind]?.(targets.context));
}

const start =
  (inputOf: (execution: ExecutionView) => string): Injection =>
  async ({ account, migration }, execution) => {
    const stateMachineArn = migration.stateMachine.arn;
    await account.asOperator('sfn', 'startExecution', { stateMachineArn, input: inputOf(execution) });
  };

const stop: Injection = async ({ account }, { executionArn }) => {
  await account.asOperator('sfn', 'stopExecution', { executionArn, error: 'Aborted', cause: 'on purpose' });
};

const lose =
  (side: Side): Injection =>
  async ({ onLoss, network, system }) => {
    onLoss(side);
    await network.firewalls[side].fail('refuse');
    await system.kill(side);
  };

const INJECTIONS: Partial<Record<FaultKind, Injection>> = {
  abort: stop,
  'abort-unheard': stop,
  'abort-doubled': stop,
  'second-execution': start(({ input }) => input),
  'early-recover': start(() => '{"action": "recover"}'),
  deploy: ({ account: { assembly, controlPlane: plane, relayAddress } }) =>
    updateRecords({ assembly, plane, relayAddress }),
  alarm: async ({ account, migration }) => {
    await sleep(ALARM_AFTER_MS);
    for (const name of migration.alarmNames.slice(0, 1)) {
      account.cloudwatch.setAlarmState(name, 'ALARM', 'on purpose');
    }
  },
  'kill-agent': async ({ agent }) => agent.kill(),
  'hang-agent': ({ agent }) => agent.hang(HANG_MS),
  'replace-host': ({ agent }) => agent.replace(),
  'crash-host': async ({ agent }) => agent.crash(REBOOT_MS),
  'kill-blue': lose('blue'),
  'kill-green': lose('green'),
};
