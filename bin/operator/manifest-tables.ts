import { resultTables } from '../../agent/cli/result-table';
import type { ManifestPhase, ManifestRecord, MigrationManifest } from '../../contract/manifest';

const DIRECTIONS = { cutover: 'to green only', rollback: 'to blue only' } as const;

/** A manifest as people read it: what a migration is, then a table for each of its lists. */
export function manifestTables(manifest: MigrationManifest, columns = 120): string {
  const { databases, records } = manifest;
  return resultTables(
    {
      migration: manifest.migration,
      kind: manifest.kind,
      version: manifest.version,
      canRollBack: manifest.states.rollback !== undefined,
      alarms: manifest.alarms,
      ...Object.fromEntries(
        Object.entries(manifest.parameters).map(([name, parameter]) => [`${name}Parameter`, parameter]),
      ),
      ...Object.fromEntries(records.flatMap(recordFigures)),
      ...(databases !== undefined && {
        blueDatabases: [databases.blue.cluster, ...databases.blue.instances].filter((name) => name !== undefined),
        greenDatabases: [
          databases.green.cluster ?? 'made during the migration',
          ...databases.green.endpoints.map(({ identifier }) => identifier),
        ],
        ...(databases.converting !== undefined && { convertingReplica: databases.converting }),
      }),
      phases: manifest.phases.map(phaseRow),
      ...(manifest.errands.length > 0 && {
        before: manifest.errands.map(({ action, ...phase }) => ({ action, ...phaseRow(phase) })),
      }),
      ...(manifest.retire.length > 0 && { retirement: manifest.retire.map(phaseRow) }),
      workloads: manifest.workloads,
      checks: manifest.checks,
    },
    columns,
  );
}

/** Among the figures, whose values are never cut: endpoints are long. */
function recordFigures({ whose, name, ttlSeconds, targets }: ManifestRecord): [string, string | number][] {
  return [
    [`${whose}Record`, name],
    [`${whose}RecordTtlSeconds`, ttlSeconds],
    [`${whose}RecordToBlue`, targets.blue],
    [`${whose}RecordToGreen`, targets.green],
  ];
}

function phaseRow({ name, role, only, seen, states }: ManifestPhase) {
  return {
    phase: name,
    role,
    direction: only === undefined ? 'both' : DIRECTIONS[only],
    seenByClients: seen,
    undo: states.undo,
  };
}
