import { BlockList, isIPv4 } from 'node:net';
import type { Firewall, Flow, Verdict } from '../../../rehearsal/network/firewall';

/** An inbound rule of a security group. */
export interface InboundRule {
  /** e.g. `127.83.201.0/24`, or a single address. */
  readonly cidr: string;
  /** @default - every port */
  readonly port?: number;
}

/** A security group with its rules in memory. All outbound traffic is allowed, as a new group has it. */
export class AllowList implements Firewall {
  private rules: readonly { readonly rule: InboundRule; readonly matches: (source: string) => boolean }[];

  constructor(rules: readonly InboundRule[] = []) {
    this.rules = rules.map(compile);
  }

  authorize(rule: InboundRule): void {
    this.rules = [...this.rules, compile(rule)];
  }

  /** @throws where there is no such rule. */
  revoke({ cidr, port }: InboundRule): void {
    const rest = this.rules.filter(({ rule }) => rule.cidr !== cidr || rule.port !== port);
    if (rest.length === this.rules.length)
      throw new Error(`No inbound rule for ${cidr}, port ${port ?? 'any'}, to revoke.`);
    this.rules = rest;
  }

  judge({ source, port }: Flow): Verdict {
    const matching = this.rules.filter(({ rule, matches }) => (rule.port ?? port) === port && matches(source));
    if (matching.length === 0) return 'dropped';
    // One rule for everyone makes the flow untracked, whatever narrower ones say as well.
    return matching.some(({ rule }) => rule.cidr === '0.0.0.0/0') ? 'untracked' : 'tracked';
  }
}

function compile(rule: InboundRule) {
  const [address = '', bits = '32'] = rule.cidr.split('/');
  const prefix = Number(bits);
  if (!isIPv4(address) || !/^\d+$/.test(bits) || prefix > 32) {
    throw new Error(`Inbound rule for "${rule.cidr}": expected an IPv4 address or range, e.g. 127.83.201.0/24.`);
  }
  const range = new BlockList();
  range.addSubnet(address, prefix);
  return { rule, matches: (source: string) => range.check(source) };
}
