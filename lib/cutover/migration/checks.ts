import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { timesOfChecks } from '../../checks/check-budget';
import { checkChecksOf } from '../../checks/checks-of-migration';
import { ValidationError } from '../../validation-error';
import { warn } from '../annotations';
import { checkAlarms } from '../monitoring/alarms-check';
import { refuseElsewhere, refuseOtherRegions, whereaboutsOf } from '../validations/elsewhere';
import { checkLeftBehind } from '../validations/left-behind';
import { checkPlace } from '../validations/place';
import { checkTimes } from '../validations/times';
import type { MigrationOptions } from './options';

/** What can be known to be wrong with the options that every migration has. @param own the kind's own times, by option */
export function checkOptions(
  migration: IConstruct,
  kind: Parameters<typeof checkChecksOf>[0],
  options: MigrationOptions & Parameters<typeof checkPlace>[1],
  own: Readonly<Record<string, Duration | undefined>>,
): void {
  const {
    checks,
    alarms = [],
    watch,
    approvalTimeout,
    approval,
    notifications,
    logEncryptionKey,
    clientsLeftBehind,
    workloads = [],
    separationOfDuties = false,
  } = options;
  checkChecksOf(kind, checks);
  checkAlarms(alarms);
  checkTimes({ watch, approvalTimeout, ...own, ...timesOfChecks(checks) });
  checkPlace(migration, options);
  refuseOtherRegions(migration, {
    approval,
    notifications,
    logEncryptionKey,
    'host.assetsKey': options.host?.assetsKey,
  });
  for (const topic of [approval, notifications]) refuseFifo(topic);
  if (separationOfDuties && approval === undefined) throw new ValidationError(NOBODY_IS_ASKED);
  for (const { workloadId, _resources } of workloads) {
    for (const each of _resources) refuseElsewhere(migration, `workload ${workloadId}`, whereaboutsOf(each), ELSEWHERE);
  }
  checkLeftBehind(clientsLeftBehind);
  if (alarms.length > 0) return;
  warn(
    migration,
    'cdk-cutover:NoAlarms',
    'There are no alarms to watch after the switch: nothing will send clients back by itself. List the alarms that tell that clients are well.',
  );
}

const ELSEWHERE = 'Have a state machine of your own here stop it, as Workload.stateMachine, or leave it out.';

const NOBODY_IS_ASKED =
  'separationOfDuties: got true without an approval, so that anyone who starts an execution is asked by nobody. Give approval a topic, or leave it out.';

/** @see docs/aws-facts.md#sns-fifo */
function refuseFifo(topic: ITopic | undefined): void {
  if (topic?.fifo !== true) return;
  throw new ValidationError(
    `approval, notifications: got ${topic.node.path}, a FIFO topic; accepted are standard topics, for messages have no group, and a FIFO topic reaches queues only, no person. Make a topic without fifo.`,
  );
}
