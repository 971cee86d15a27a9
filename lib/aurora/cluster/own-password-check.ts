import { Stack } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import type { IDatabase } from '../database/database';

/** RDS User Guide, "Limitations for Secrets Manager integration with Amazon RDS". */
export function assertOwnPassword({ secret, node }: IDatabase): void {
  const arn = JSON.stringify(Stack.of(secret).resolve(secret.secretArn));
  if (!/rds!db-|MasterUserSecret/.test(arn)) return;
  throw new ValidationError(
    `Got ${node.path}, whose master password RDS manages itself in Secrets Manager. RDS makes no replica of such an ` +
      'instance: modify it with --no-manage-master-user-password and a password of yours, and put that into a secret.',
  );
}
