import type { AwsEnvironment } from '../../../rehearsal/aws/environment';
import type { AwsService } from '../../../rehearsal/aws/service';
import type { Account } from '../../../rehearsal/testbed/account';

export type Side = 'blue' | 'green';

/** What is migrated, in virtual time: what AWS knows of it, and no engine. */
export interface VirtualSystem {
  services(environment: AwsEnvironment): readonly AwsService[];
  /** Who is written to; undefined where both or none are. */
  serving(account: Account): Side | undefined;
  readersOn(account: Account): Side | 'both' | undefined;
  /** What a migration changes of the system itself, and must restore. */
  observe(): Readonly<Record<string, string>>;
  /** What would take writes now from those that a security group lets in: its groups. */
  writable(account: Account): readonly { readonly name: string; readonly securityGroupIds: readonly string[] }[];
  /** What there is of blue, by name: its cluster or cache, and its instances. */
  left(): readonly string[];
  /** The same of green. */
  green(): readonly string[];
  /** How many last snapshots there are. */
  snapshots(): number;
  /** How many a retire is to leave. */
  readonly snapshotsOfRetire: number;
  /** As an operator does before blue is retired. */
  liftProtection(): void;
  /** Has AWS refuse to delete blue, until what is given back is called. */
  obstruct(): () => void;
}
