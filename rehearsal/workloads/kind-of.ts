import type { WorkloadKind } from '../../contract/manifest';
import type { StoppedWorkload } from '../stage/migration';

/** As people call one, and the definition. */
const NAMES: Readonly<Record<WorkloadKind, string>> = {
  alarms: 'alarms',
  autoScalingGroup: 'Auto Scaling group',
  command: 'command',
  datadogMonitors: 'Datadog monitors',
  ecsService: 'ECS service',
  eventRule: 'EventBridge rule',
  eventSourceMapping: 'event source mapping',
  httpHook: 'HTTP hook',
  lambdaConcurrency: 'Lambda function',
  maintenanceMode: 'maintenance mode',
  schedule: 'schedule',
  scheduleGroup: 'schedule group',
  stateMachine: 'state machine',
  supervisorProgram: 'supervisor program',
  systemdUnit: 'systemd unit',
};

const KINDS = new Map(Object.entries(NAMES).map(([kind, name]) => [name, kind as WorkloadKind]));

/** @throws Error for one that nobody here would see stopped or put back */
export function kindOf({ id, kind: name }: StoppedWorkload): WorkloadKind {
  const kind = KINDS.get(name);
  if (kind === undefined) throw new Error(`The workload ${id} is of a kind that the rehearsal does not know: ${name}.`);
  return kind;
}
