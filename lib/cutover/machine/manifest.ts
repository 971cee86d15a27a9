import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IActivity } from 'aws-cdk-lib/aws-stepfunctions';
import type {
  ManifestDatabases,
  ManifestErrand,
  ManifestKey,
  ManifestParameterGroup,
  ManifestParameters,
  ManifestPhase,
  ManifestRecord,
  MigrationKind,
  MigrationManifest,
  PhaseRole,
  SeenByClients,
} from '../../../contract/manifest';
import type { ICheck } from '../../checks/check-kind';
import type { IWorkload } from '../../workloads/workload-kind';
import type { MigrationHost } from '../host/migration-host';
import { parameterName } from '../migration-name';
import type { CutoverRecord } from '../record/cutover-record';
import type { Phase } from './phase';

/**
 * Names and ARNs alone: anyone who may describe the stack reads it.
 *
 * @see docs/aws-facts.md#cloudformation-metadata
 */
export const MANIFEST: ManifestKey = 'cdk-cutover:manifest';

/** What a kind of migration says of itself, beside what its phases do. */
export interface KindFacts {
  readonly kind: MigrationKind;
  readonly records: Readonly<Partial<Record<ManifestRecord['whose'], CutoverRecord | undefined>>>;
  readonly parameterGroups: readonly ManifestParameterGroup[];
  readonly databases?: ManifestDatabases;
}

/** With what every migration has. */
export interface ManifestFacts extends KindFacts {
  readonly activity: IActivity;
  readonly host: MigrationHost;
  readonly alarms: readonly IAlarm[];
  /** That the host reads. */
  readonly secrets: readonly (ISecret | undefined)[];
  readonly workloads: readonly IWorkload[];
  readonly checks: readonly ICheck[];
}

/** What the state machine says of itself. */
export interface ManifestMachine {
  readonly migrationName: string;
  readonly all: readonly Phase[];
  readonly phases: readonly ManifestPhase[];
  readonly errands: readonly ManifestErrand[];
  readonly retire: readonly ManifestPhase[];
  readonly states: Omit<MigrationManifest['states'], 'watch'>;
}

/** What clients may see of a phase, whatever the migration. */
export const SEEN: Readonly<Record<PhaseRole, SeenByClients>> = {
  after: 'nothing',
  approve: 'nothing',
  canary: 'nothing',
  check: 'nothing',
  create: 'nothing',
  detach: 'nothing',
  drain: 'something',
  evict: 'something',
  fence: 'refused',
  interpose: 'something',
  preflight: 'nothing',
  prepare: 'nothing',
  promote: 'something',
  proof: 'nothing',
  quiesce: 'something',
  reattach: 'nothing',
  replicate: 'nothing',
  report: 'nothing',
  resize: 'nothing',
  resume: 'something',
  retire: 'nothing',
  return: 'nothing',
  reverse: 'something',
  settle: 'nothing',
  suspend: 'nothing',
  switch: 'something',
  verify: 'something',
  watch: 'nothing',
};

/** What the state machine's metadata says of the migration. */
export function manifestOf(facts: ManifestFacts, machine: ManifestMachine): MigrationManifest {
  const { host, records, databases } = facts;
  const { migrationName, all, phases, errands, retire, states } = machine;
  const watch = all.find(({ looks }) => looks !== undefined)?.looks;
  return {
    version: 1,
    migration: migrationName,
    kind: facts.kind,
    parameters: parameters(migrationName),
    activity: facts.activity.activityArn,
    host: {
      // No reference: the instance comes after the state machine.
      instance: host.instance.instance.logicalId,
      roleArn: host.role.roleArn,
      securityGroup: host.securityGroup.securityGroupId,
      sessions: host._sessions.logicalIds,
      clients: host._clients.logicalId,
    },
    alarms: [...new Set(facts.alarms.map(({ alarmName }) => alarmName))],
    records: (['writer', 'reader'] as const).flatMap((whose) => {
      const record = records[whose];
      return record === undefined ? [] : [{ whose, ...record._manifest }];
    }),
    parameterGroups: facts.parameterGroups,
    ...(databases !== undefined && { databases }),
    partialSecretArns: [
      ...new Set(
        facts.secrets.flatMap((secret) => (secret?.secretFullArn === undefined ? (secret?.secretArn ?? []) : [])),
      ),
    ],
    phases,
    errands,
    retire,
    workloads: facts.workloads.map(({ workloadId, _kind }) => ({ id: workloadId, kind: _kind.id })),
    checks: facts.checks.map(({ checkId, _kind }) => ({ id: checkId, kind: _kind.id })),
    states: { ...states, ...(watch !== undefined && { watch }) },
    standIns: Object.assign({}, ...all.map(({ standIns }) => standIns)),
  };
}

function parameters(migrationName: string): ManifestParameters {
  const name = (leaf: Parameters<typeof parameterName>[1]) => parameterName(migrationName, leaf);
  return {
    approval: name('approval'),
    configuration: name('configuration'),
    confirmation: name('confirmation'),
    host: name('host'),
    journal: name('journal'),
    stateMachine: name('state-machine'),
  };
}
