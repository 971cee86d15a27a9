import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { keyBehind } from './key-use';

/** What the constructs of a migration that make log groups take. */
export interface EncryptedLogs {
  readonly logEncryptionKey?: IKey;
}

/**
 * The key, once CloudWatch Logs may use it for log groups of the scope's account and Region. The policy of an imported
 * key is not the app's to change: it must say so already, or the deploy fails.
 *
 * @see docs/aws-facts.md#logs-use-the-key-themselves
 */
export function keyOfLogs(scope: IConstruct, key: IKey): IKey {
  const stack = Stack.of(scope);
  const groups = stack.formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: '*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const used = keyBehind(key);
  used.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
  return used;
}
