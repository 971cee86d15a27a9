import type { IConstruct } from 'constructs';
import { acknowledge } from '../../cutover/annotations';

/** Findings of cdk-nag (AwsSolutions) that follow from being another database's replica for some days. */
export function acknowledgeFindings(replica: IConstruct): void {
  for (const [rule, reason] of Object.entries(REASONS)) acknowledge(replica, `AwsSolutions-${rule}`, reason);
}

const REASONS = {
  RDS2: 'RDS encrypts a replica as its source is, with the key of that, and takes no other statement.',
  RDS3: 'Nobody is served by it: where it fails it is created again, and clients stay on blue.',
  RDS6: 'The migration signs in with the password that comes from its source; nobody else does.',
  RDS11: 'RDS gives a replica the port of its source, which is its clients’.',
};
