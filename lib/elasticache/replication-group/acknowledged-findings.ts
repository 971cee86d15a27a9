import { acknowledge } from '../../cutover/annotations';
import type { ICache } from '../cache/cache-base';
import { TransitEncryption } from '../cache/transit-encryption';
import type { ReplicationGroupProps } from './replication-group-props';

/**
 * Findings of cdk-nag (AwsSolutions) that follow from taking over another cache's clients, each with its reason. The
 * reasons hold as long as `replaces` does: once it is dropped, the findings come up, and are the user's to answer.
 */
export function acknowledgeFindings(group: ICache, props: ReplicationGroupProps): void {
  const { replaces } = props;
  if (props.authentication !== undefined && props.authentication._authToken === undefined) {
    acknowledge(
      group,
      'AwsSolutions-AEC6',
      'Clients authenticate as users of a user group (RBAC), which supersedes AUTH.',
    );
  }
  if (replaces === undefined) return;
  const { NONE } = TransitEncryption;
  const plaintext = group.transitEncryption === NONE && replaces.transitEncryption === NONE;
  if (plaintext && props.atRestEncryption !== false) {
    acknowledge(
      group,
      'AwsSolutions-AEC3',
      'Encrypted at rest. Clients of the cache it replaces speak plaintext and come over by DNS, so that they cannot ' +
        'change to TLS at the same instant; encryption in transit can be turned on in place afterwards.',
    );
  }
  if (group.authSecret === undefined && replaces.authSecret === undefined) {
    acknowledge(
      group,
      'AwsSolutions-AEC6',
      'Clients of the cache it replaces do not log in, and would be refused by one that demands it. The security group ' +
        'decides who connects; a user group can be added in place afterwards.',
    );
  }
  if (props.engine.name === 'redis' && group.endpointPort === replaces.endpointPort) {
    acknowledge(
      group,
      'AwsSolutions-AEC5',
      'A DNS record carries no port: clients of the cache it replaces keep the port that they are configured with.',
    );
  }
}
