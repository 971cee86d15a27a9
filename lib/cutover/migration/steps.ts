import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { Checks } from '../../checks/checks';
import { Workloads } from '../../workloads/workload-phases';
import { approve } from '../approval/approval';
import type { AgentWorker } from '../host/agent-worker';
import { watch } from '../monitoring/watch';
import type { Stage } from './kind';
import type { MigrationOptions } from './options';
import type { CommonPhases } from './runbook';

/** What the phases of every kind are made with. */
export interface MigrationSteps {
  readonly scope: Construct;
  readonly agent: AgentWorker;
  readonly alarms: readonly IAlarm[];
  readonly workloads: Workloads;
  readonly checks: Checks;
  /** Where the cutover is announced; undefined where nobody is asked. */
  readonly approval: ITopic | undefined;
}

export function migrationSteps({ scope, options, agent, journal }: Stage): MigrationSteps {
  const { alarms = [], workloads = [], checks = [], approval } = options;
  return {
    scope,
    agent,
    alarms,
    workloads: new Workloads(scope, journal, workloads),
    checks: new Checks(scope, checks, { migrationName: journal.migrationName, agent, topic: approval }),
    approval,
  };
}

/** @param canaryEvents how many of an execution's events the canary may make by looking again and again */
export function commonPhases(
  { scope, options, approval }: Stage,
  steps: MigrationSteps,
  canaryEvents = 0,
): CommonPhases {
  const { workloads, checks, alarms } = steps;
  return {
    approve: approve(scope, approval),
    quiesce: workloads.quiesce(),
    check: checks.beforeResume(),
    resume: workloads.resume(),
    checkReturn: checks.afterReturn(),
    checkWithClients: checks.afterResume(),
    watch: watch(scope, {
      alarms,
      period: watchPeriod(options),
      workloads: options.workloads?.length ?? 0,
      checks: options.checks ?? [],
      canaryEvents,
    }),
  };
}

export function watchPeriod({ watch: period }: MigrationOptions): Duration {
  return period ?? Duration.hours(1);
}
