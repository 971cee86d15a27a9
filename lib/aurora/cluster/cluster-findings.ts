import type { IConstruct } from 'constructs';
import { acknowledge } from '../../cutover/annotations';
import type { AuroraReplicaClusterProps } from './cluster-props';

/**
 * Findings of cdk-nag (AwsSolutions) that follow from taking over another database's users, each with its reason. The
 * reasons that are that database's hold as long as `replaces` does: once it is dropped, the findings come up, and are the
 * user's to answer.
 */
export function acknowledgeFindings(cluster: IConstruct, { replaces }: AuroraReplicaClusterProps): void {
  acknowledge(
    cluster,
    'AwsSolutions-RDS14',
    'Backtracking does not go together with replication by binary log, on which the replica and the rollback rest; and ' +
      'it can be turned on when a cluster is created only.',
  );
  if (replaces === undefined) return;
  acknowledge(
    cluster,
    'AwsSolutions-RDS6',
    'Clients of the instance it replaces log in with passwords and come over by DNS; IAM authentication can be turned on ' +
      'in place afterwards.',
  );
  acknowledge(
    cluster,
    'AwsSolutions-RDS11',
    'A DNS record carries no port: clients of the instance it replaces keep the port that they are configured with.',
  );
}
