import type { Json } from '../../assembly';
import type { Identifiers } from '../../aws/identifiers';
import type { ManagedInstance } from '../../aws/ssm/managed-instances';
import { namesOf } from '../../workloads/facts';
import { HOSTS_OF_A_SERVICE } from '../groups';
import type { ListedCheck } from './listed-checks';

/** The instances that checks run commands on, beside those that are there: each that is named, and two of a set of tags. */
export function instancesOfChecks(
  checks: readonly ListedCheck[],
  there: readonly ManagedInstance[],
  ids: Identifiers,
): ManagedInstance[] {
  const made: ManagedInstance[] = [];
  for (const { facts } of checks.filter(({ type }) => type === 'command')) {
    const all = [...there, ...made];
    const known = new Set(all.map(({ instanceId }) => instanceId));
    const named = namesOf(facts.ids);
    made.push(...named.filter((id) => !known.has(id)).map((instanceId) => ({ instanceId, tags: {} })));
    const tags = tagsOf(facts.tags);
    const has = (instance: ManagedInstance) =>
      Object.entries(tags).every(([tag, value]) => instance.tags[tag] === value);
    if (named.length > 0 || all.some(has)) continue;
    for (let host = 0; host < HOSTS_OF_A_SERVICE; host++) made.push({ instanceId: `i-0${ids.hex(16)}`, tags });
  }
  return made;
}

/** Tags among the facts of a check or a workload. */
export function tagsOf(tags: Json | undefined): Readonly<Record<string, string>> {
  const stated = typeof tags === 'object' && tags !== null && !Array.isArray(tags) ? tags : {};
  return Object.fromEntries(Object.entries(stated).map(([tag, value]) => [tag, String(value)]));
}
