import type { Side } from '../report/result';
import type { Account } from './account';
import type { Migration } from './migration';
import type { SystemUnderTest } from './system-under-test';
import type { WorkloadBackends } from './workload-backends/workload-backends';

/** What must be back as it was: workloads, users' rules, and what is of the kind's own. */
export class Standing {
  static of(account: Account, migration: Migration, system: SystemUnderTest, backends: WorkloadBackends): Standing {
    const rules = (side: Side) =>
      migration.sides[side].securityGroupIds
        .flatMap((id) =>
          account.ec2.securityGroups
            .ingress(id)
            .map(({ id: _, ...rule }) => `${id} ${JSON.stringify(rule, Object.keys(rule).toSorted().concat(SOURCE))}`),
        )
        .toSorted();
    return new Standing(
      { blue: rules('blue'), green: rules('green') },
      { ...system.standing(), ...account.workloads.standing(), ...backends.standing() },
    );
  }

  private constructor(
    private readonly rules: Readonly<Record<Side, readonly string[]>>,
    private readonly own: Readonly<Record<string, string>>,
  ) {}

  /**
   * What is not as it was. The door of the side that users have left stays closed until it serves again, or two sides
   * could be written to.
   */
  differences(after: Standing, serving: Side | undefined): string[] {
    const found: string[] = [];
    for (const [name, was] of Object.entries(this.own)) {
      if (after.own[name] !== was) found.push(`${name}: was '${was}', and is '${after.own[name]}'.`);
    }
    if (serving !== undefined) {
      const missing = this.rules[serving].filter((rule) => !after.rules[serving].includes(rule));
      const added = after.rules[serving].filter((rule) => !this.rules[serving].includes(rule));
      if (missing.length > 0)
        found.push(`${serving} serves without ${missing.length} of its rules: ${missing.join('; ')}`);
      if (added.length > 0) found.push(`${serving} has rules that it had not: ${added.join('; ')}`);
    }
    return found;
  }
}

/** Members of a rule's source, in whatever kind of source. */
const SOURCE = ['kind', 'cidr', 'groupId', 'prefixListId'];
