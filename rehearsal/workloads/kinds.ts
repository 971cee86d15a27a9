import type { WorkloadKind } from '../../contract/manifest';
import type { StoppedWorkload } from '../testbed/migration';
import { alarms } from './alarms';
import { autoScalingGroup } from './auto-scaling-group';
import { command } from './command';
import { datadogMonitors } from './datadog-monitors';
import { ecsService } from './ecs-service';
import { eventRule } from './event-rule';
import { eventSourceMapping } from './event-source-mapping';
import { httpHook } from './http-hook';
import { lambdaConcurrency } from './lambda-concurrency';
import { maintenanceMode } from './maintenance-mode';
import type { RehearsedKind } from './rehearsed-kind';
import { schedule, scheduleGroup } from './schedule';
import { stateMachine } from './state-machine';
import { supervisorProgram } from './supervisor-program';
import { systemdUnit } from './systemd-unit';

const KINDS = {
  alarms,
  autoScalingGroup,
  command,
  datadogMonitors,
  ecsService,
  eventRule,
  eventSourceMapping,
  httpHook,
  lambdaConcurrency,
  maintenanceMode,
  schedule,
  scheduleGroup,
  stateMachine,
  supervisorProgram,
  systemdUnit,
} satisfies Record<WorkloadKind, RehearsedKind>;

export interface PlacedWorkload<Place extends RehearsedKind['place']> {
  readonly workload: StoppedWorkload;
  readonly kind: Extract<RehearsedKind, { readonly place: Place }>;
}

/** Those of the workloads that are in one place. */
export function workloadsIn<Place extends RehearsedKind['place']>(
  place: Place,
  workloads: readonly StoppedWorkload[],
): readonly PlacedWorkload<Place>[] {
  return workloads
    .map((workload) => ({ workload, kind: kindOf(workload) }))
    .filter((each): each is PlacedWorkload<Place> => each.kind.place === place);
}

/** @throws Error for one that nobody here would see stopped or put back: a newer manifest may have it */
function kindOf({ id, type }: StoppedWorkload): RehearsedKind {
  const kind: RehearsedKind | undefined = KINDS[type];
  if (kind === undefined) throw new Error(`The workload ${id} is of a kind that the rehearsal does not know: ${type}.`);
  return kind;
}

/** The observed state of each, by kind and id: what a migration changes and must put back. */
export function observedStates<Placed extends { readonly workload: StoppedWorkload }>(
  workloads: readonly Placed[],
  observe: (placed: Placed) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(workloads.map((each) => [`${each.workload.kind} ${each.workload.id}`, observe(each)]));
}
