/**
 * By the version that they take, what makes the journal of the next version of it: JSONata, of the journal `$older`. What is
 * renamed in the journal, be it a phase, is renamed here as well: what an older definition has revoked or stopped, and
 * noted by its names, must be found. Workloads may be older than the version says, for they are written apart: what changes
 * those must leave alone what it has changed before.
 */
const UPGRADES = [
  // Before there were versions. The names were those of version 1.
  '$older',
  // The revoked rules stay in the journal between executions: where they are not found, clients stay locked out.
  `$merge([
    $sift($older, function($value, $name) { $name != 'doors' }),
    {'ingress': $merge([{}, ${['blue', 'green'].map(ingressOfDoor).join(', ')}])},
    $older.phase = 'Check with users' ? {'phase': 'Check with clients'} : {}
  ])`,
];

/** JSONata: what version 1 noted of the door of `side`, as version 2 has it. Where it noted nothing, nothing. */
function ingressOfDoor(side: string): string {
  const door = `$older.doors.${side}`;
  return `$exists(${door}) ? {'${side}': {'revoked': ${door}.closed = true, 'rules': [${door}.rules]}} : {}`;
}

/** Of the journals that the definition writes. Others that read them read names that never change: contract/journal.ts. */
export const JOURNAL_VERSION = UPGRADES.length;

/** JSONata: `journal` as of this version. A newer one is what it was: anyone who reads it refuses it. */
export function upgraded(journal: string): string {
  const steps = UPGRADES.map(
    (next, version) =>
      `$older := $older.version > ${version} ? $older : $merge([${next}, {'version': ${version + 1}}]); `,
  );
  return `($older := $merge([{'version': 0}, ${journal}]); ${steps.join('')}$older)`;
}
