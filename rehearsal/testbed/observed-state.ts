import type { Side } from '../report/result';
import type { Account } from './account';
import type { Migration } from './migration';
import type { SystemUnderTest } from './system-under-test';
import type { WorkloadBackends } from './workload-backends/workload-backends';

/** The state that a migration must restore: workloads, client ingress, and what the kind of migration changes. */
export class ObservedState {
  static of(
    account: Account,
    migration: Migration,
    system: SystemUnderTest,
    backends: WorkloadBackends,
  ): ObservedState {
    const rules = (groupIds: readonly string[]) =>
      groupIds
        .flatMap((id) =>
          account.ec2.securityGroups
            .ingress(id)
            .map(({ id: _, ...rule }) => `${id} ${JSON.stringify(rule, Object.keys(rule).toSorted().concat(SOURCE))}`),
        )
        .toSorted();
    const { blue, green } = migration.sides;
    return new ObservedState(
      { blue: rules(blue.securityGroupIds), green: rules(green.securityGroupIds) },
      {
        'Ingress of the migration host': rules([migration.host.securityGroupId]).join('; '),
        ...system.observe?.(),
        ...account.workloads.observe(),
        ...backends.observe(),
      },
    );
  }

  private constructor(
    private readonly rules: Readonly<Record<Side, readonly string[]>>,
    private readonly own: Readonly<Record<string, string>>,
  ) {}

  /**
   * What differs. Client ingress of the side that clients have left stays revoked until it serves again: otherwise both
   * sides would be writable.
   */
  differences(after: ObservedState, serving: Side | undefined): string[] {
    const found: string[] = [];
    for (const [name, was] of Object.entries(this.own)) {
      if (after.own[name] !== was) found.push(`${name}: was '${was}', is now '${after.own[name]}'.`);
    }
    if (serving !== undefined) {
      const missing = this.rules[serving].filter((rule) => !after.rules[serving].includes(rule));
      const added = after.rules[serving].filter((rule) => !this.rules[serving].includes(rule));
      if (missing.length > 0)
        found.push(`${serving} serves, and ${missing.length} of its ingress rules are missing: ${missing.join('; ')}`);
      if (added.length > 0)
        found.push(`${serving} serves, and has ingress rules that it did not have before: ${added.join('; ')}`);
    }
    return found;
  }
}

/** Members of a rule's source, in whatever kind of source. */
const SOURCE = ['kind', 'cidr', 'groupId', 'prefixListId'];
