import { AwsError } from '../aws-error';
import type { DbCluster } from './database';

/** @throws AwsError InvalidDBClusterStateFault */
export function requireAvailable({ identifier, status }: DbCluster): void {
  if (status !== 'available') {
    throw new AwsError(
      'InvalidDBClusterStateFault',
      `DBCluster ${identifier} is not available: its status is ${status}.`,
    );
  }
}
