import { z } from 'zod';
import type { CheckKind, MigrationManifest, PhaseRole, WorkloadKind } from '../../contract/manifest';

/** As a record, so that one more in the contract does not compile without it here. */
const PHASE_ROLES: Readonly<Record<PhaseRole, PhaseRole>> = {
  after: 'after',
  approve: 'approve',
  canary: 'canary',
  check: 'check',
  create: 'create',
  detach: 'detach',
  drain: 'drain',
  evict: 'evict',
  fence: 'fence',
  interpose: 'interpose',
  preflight: 'preflight',
  prepare: 'prepare',
  promote: 'promote',
  proof: 'proof',
  quiesce: 'quiesce',
  reattach: 'reattach',
  replicate: 'replicate',
  report: 'report',
  resize: 'resize',
  resume: 'resume',
  retire: 'retire',
  return: 'return',
  reverse: 'reverse',
  settle: 'settle',
  suspend: 'suspend',
  switch: 'switch',
  verify: 'verify',
  watch: 'watch',
};

const name = z.string().min(1);

/** A newer version may add kinds without a new version of the manifest: code that has to know a kind fails where it does not. */
const kind = <Kind extends string>() => z.custom<Kind>((value) => name.safeParse(value).success, 'no kind');

const phase = z.object({
  name,
  role: z.enum(PHASE_ROLES),
  only: z.enum(['cutover', 'rollback']).optional(),
  seen: z.enum(['nothing', 'something', 'refused']),
  states: z.object({
    own: name,
    look: name.optional(),
    journal: name.optional(),
    undo: name.optional(),
    undone: name.optional(),
    stay: name.optional(),
  }),
  onFailure: z.array(name).optional(),
});

const manifest: z.ZodType<MigrationManifest> = z.object({
  version: z.literal(1),
  migration: name,
  kind: z.enum(['cache', 'memcached', 'mysql', 'postgres']),
  parameters: z.object({
    approval: name,
    configuration: name,
    confirmation: name,
    host: name,
    journal: name,
    stateMachine: name,
  }),
  activity: name,
  host: z.object({
    instance: name,
    roleArn: name,
    securityGroup: name,
    sessions: z.object({ shell: name, ports: z.object({ blue: name.optional(), green: name.optional() }) }).optional(),
    clients: name.optional(),
  }),
  alarms: z.array(name),
  records: z.array(
    z.object({
      whose: z.enum(['writer', 'reader']),
      zoneId: name,
      name,
      ttlSeconds: z.number().min(0),
      targets: z.object({ blue: name, green: name }),
      trialTargets: z.array(name),
      relay: name.optional(),
    }),
  ),
  parameterGroups: z.array(z.object({ name, engineVersion: name.optional() })),
  databases: z
    .object({
      blue: z.object({ cluster: name.optional(), instances: z.array(name) }),
      green: z.object({
        cluster: name.optional(),
        endpoints: z.array(z.object({ identifier: name, host: name })),
      }),
      converting: name.optional(),
    })
    .optional(),
  partialSecretArns: z.array(name),
  phases: z.array(phase),
  errands: z.array(phase.extend({ action: name })),
  retire: z.array(phase),
  workloads: z.array(z.object({ id: name, kind: kind<WorkloadKind>() })),
  checks: z.array(z.object({ id: name, kind: kind<CheckKind>() })),
  states: z.object({
    knows: name,
    cutover: name.optional(),
    rollback: name.optional(),
    recoveryNeeded: name,
    watch: z.object({ again: name, seconds: z.number().min(0) }).optional(),
    bookkeeping: z.array(name),
  }),
  standIns: z.object({ binlogPosition: name.optional() }),
  schedules: z.object({ group: name, role: name, stateMachine: name }).optional(),
});

const versioned = z.looseObject({ version: z.unknown(), migration: z.string() });

/**
 * What a state machine's metadata says of its migration.
 *
 * @param remedy what to do about a manifest that this version does not read
 * @throws Error where its version is another, or its shape
 */
export function readManifest(value: unknown, remedy: string): MigrationManifest {
  const of = versioned.safeParse(value).data;
  const which = of === undefined ? 'The manifest' : `The manifest of ${of.migration}`;
  if (of !== undefined && of.version !== 1) {
    throw new Error(`${which} has the version ${String(of.version)}; accepted is 1. ${remedy}`);
  }
  const parsed = manifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new Error(`${which} does not have the shape of version 1 (${faults.join('; ')}). ${remedy}`);
}
