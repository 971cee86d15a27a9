import { AwsError } from '../aws-error';
import { busName, DEFAULT_BUS, type EventRule } from './rule';

/** The rules of the account, by event bus. */
export class Rules {
  private readonly buses = new Map<string, Map<string, EventRule>>([[DEFAULT_BUS, new Map()]]);

  /** Keeps a rule in place of one of the same name. Makes the bus known. */
  keep(rule: EventRule): void {
    const name = rule.bus ?? DEFAULT_BUS;
    const bus = this.buses.get(name) ?? new Map<string, EventRule>();
    bus.set(rule.name, rule);
    this.buses.set(name, bus);
  }

  /** By name, as ListRules gives them. @throws AwsError where there is no such bus */
  of(bus: string | undefined): readonly EventRule[] {
    return [...this.requireBus(bus).values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Undefined where the bus has no such rule. @throws AwsError where there is no such bus */
  find(name: string, bus: string | undefined): EventRule | undefined {
    return this.requireBus(bus).get(name);
  }

  /** @throws AwsError where there is no such rule */
  require(name: string, bus: string | undefined): EventRule {
    const rule = this.buses.get(busName(bus))?.get(name);
    if (rule === undefined) {
      throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName(bus)}.`);
    }
    return rule;
  }

  private requireBus(bus: string | undefined): ReadonlyMap<string, EventRule> {
    const found = this.buses.get(busName(bus));
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Event bus ${busName(bus)} does not exist.`);
    }
    return found;
  }
}
