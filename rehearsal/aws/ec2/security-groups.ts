import { AwsError } from '../aws-error';
import type { AwsEnvironment } from '../environment';
import { matchesPeer, type Peer } from './rule-source';
import type { NewRule, Rule } from './security-group';

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly description?: string;
}

/** The security groups of the rehearsal, and what their rules let in now. */
export class SecurityGroups {
  private readonly groups = new Map<string, SecurityGroup>();
  private readonly rules = new Map<string, Map<string, Rule>>();
  private readonly listeners: ((groupId: string) => void)[] = [];

  constructor(private readonly environment: AwsEnvironment) {}

  get all(): readonly SecurityGroup[] {
    return [...this.groups.values()];
  }

  add(group: SecurityGroup, rules: readonly NewRule[] = []): void {
    this.groups.set(group.id, group);
    this.rules.set(group.id, new Map());
    this.insert(group.id, rules);
  }

  has(groupId: string): boolean {
    return this.groups.has(groupId);
  }

  /** @throws AwsError InvalidGroup.NotFound */
  get(groupId: string): SecurityGroup {
    const group = this.groups.get(groupId);
    if (group === undefined) {
      throw groupNotFound(groupId);
    }
    return group;
  }

  /** Every rule of a group. @throws AwsError InvalidGroup.NotFound */
  rulesOf(groupId: string): readonly Rule[] {
    const rules = this.rules.get(groupId);
    if (rules === undefined) {
      throw groupNotFound(groupId);
    }
    return [...rules.values()];
  }

  /** The inbound rules of a group. @throws AwsError InvalidGroup.NotFound */
  ingress(groupId: string): readonly Rule[] {
    return this.rulesOf(groupId).filter(({ isEgress }) => !isEgress);
  }

  /** Whether one of the groups lets a new TCP connection in. Connections that stand are nobody's business here. */
  allows(groupIds: readonly string[], port: number, peer: Peer): boolean {
    return groupIds.some((id) => this.ingress(id).some((rule) => isAbout(rule, port, peer)));
  }

  /** Whether one of the groups lets a new TCP connection out; a peer in no group may go anywhere. */
  allowsOut(groupIds: readonly string[], port: number, target: Peer): boolean {
    return (
      groupIds.length === 0 ||
      groupIds.some((id) => this.rulesOf(id).some((rule) => rule.isEgress && isAbout(rule, port, target)))
    );
  }

  insert(groupId: string, rules: readonly NewRule[]): readonly Rule[] {
    const added = rules.map((rule) => ({ ...rule, id: this.environment.ids.ec2('sgr') }));
    for (const rule of added) {
      this.rules.get(groupId)?.set(rule.id, rule);
    }
    this.tell(groupId);
    return added;
  }

  remove(groupId: string, rules: readonly Rule[]): void {
    for (const { id } of rules) {
      this.rules.get(groupId)?.delete(id);
    }
    this.tell(groupId);
  }

  /** Told of every group whose rules have changed. */
  onChange(listener: (groupId: string) => void): void {
    this.listeners.push(listener);
  }

  private tell(groupId: string): void {
    for (const listener of this.listeners) {
      listener(groupId);
    }
  }
}

function isAbout({ protocol, fromPort, toPort, source }: Rule, port: number, peer: Peer): boolean {
  const isOfPort = protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort);
  return isOfPort && matchesPeer(source, peer);
}

export const groupNotFound = (groupId: string) =>
  new AwsError('InvalidGroup.NotFound', `The security group '${groupId}' does not exist`);
