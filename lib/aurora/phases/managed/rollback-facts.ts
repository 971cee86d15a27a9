import { expression, literal } from '../../../cutover/states/expression';
import type { ManagedSteps } from './managed-steps';

/** JSONata: the groups of a side that clients have left. */
export function closed({ closedGroupId }: ManagedSteps): string {
  return `[${literal(closedGroupId)}]`;
}

/** JSONata: the groups that a side had when clients were on it. */
export function groupsOf(side: 'blue' | 'green'): string {
  return `[$journal.clusters.${side}.groups]`;
}

/** JSONata: the names that blue's instances had, which green's have after the switchover. */
export const NAMES_BEFORE = '$each($journal.clusters.blue.names, function($name) { $name })';

/** JSONata object for the journal: up to the position in green's log that a JSONata expression gives, blue has all. */
export function equalAt(position: string): string {
  return `{'clusters': $merge([$journal.clusters, {'position': ${position}}])}`;
}

/** From where clients are to what RDS renamed. Needs `$clusters`. */
export const TO_BLUE = {
  from: 'green',
  to: 'blue',
  hosts: expression(`{'blue': $clusters.blue.host}`),
} as const;

/** What RDS renamed. Needs `$clusters`. */
export const ON_BLUE = { side: 'blue', hosts: expression(`{'blue': $clusters.blue.host}`) } as const;
