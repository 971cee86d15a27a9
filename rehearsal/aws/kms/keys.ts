import type { PolicyRequest, Principal } from '../policy';
import { type KeyStatement, leftToIam, refusalOf } from './key-policy';

export interface KmsKey {
  readonly arn: string;
  /** @default - IAM decides */
  readonly policy?: readonly KeyStatement[];
  /** e.g. `alias/shop`. @default - none */
  readonly aliases?: readonly string[];
  /** As DescribeKey has it, e.g. `Disabled`. @default Enabled */
  readonly state?: 'Enabled' | 'Disabled' | 'PendingDeletion';
}

/** Who decides on a use of a key. */
export interface KeyPolicies {
  /** Why the principal may not, in KMS's words; undefined where it may. */
  refusal(principal: Principal, request: PolicyRequest): string | undefined;
}

/** The account's customer managed keys. One that nobody has added has the usual policy. */
export class Keys implements KeyPolicies {
  private readonly byArn = new Map<string, KmsKey>();

  constructor(private readonly account: string) {}

  add(key: KmsKey): void {
    this.byArn.set(key.arn, key);
  }

  /** @param id - as requests may have it: an ARN, an id, an alias or an alias's ARN. */
  find(id: string): KmsKey | undefined {
    const alias = id.split(/:(?=alias\/)/).at(-1) ?? id;
    return [...this.byArn.values()].find(
      ({ arn, aliases = [] }) => arn === id || arn.endsWith(`:key/${id}`) || aliases.includes(alias),
    );
  }

  refusal(principal: Principal, request: PolicyRequest): string | undefined {
    const policy = this.byArn.get(request.resource)?.policy ?? leftToIam(this.account);
    return refusalOf(policy, principal, request);
  }
}
