import { type Condition, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, type IKey } from 'aws-cdk-lib/aws-kms';
import { ValidationError } from '../../validation-error';

export interface KeyUse {
  readonly keyArn: string;
  /** e.g. `kms:Decrypt`. */
  readonly actions: string[];
  /** The service that uses the key in the caller's name, as `kms:ViaService` begins: `sns`. */
  readonly via: string;
  /** Where that service is called. */
  readonly region: string;
  /** More conditions. @default - none */
  readonly conditions?: Record<string, Condition>;
}

/**
 * Lets a role use a customer managed key by way of one service alone. It holds where the key's policy leaves the decision
 * to IAM, as the CDK's and the console's do.
 *
 * @see docs/aws-facts.md#kms-key-policy-decides
 */
export function useOfKey({ keyArn, actions, via, region, conditions }: KeyUse): PolicyStatement {
  return new PolicyStatement({
    actions,
    resources: [keyArn],
    // China's services end in .amazonaws.com.cn.
    conditions: { StringLike: { 'kms:ViaService': `${via}.${region}.amazonaws.com*` }, ...conditions },
  });
}

export function arnOfKey(key: IKey): string {
  return keyBehind(key).keyArn;
}

/**
 * A policy names keys: of an alias, KMS asks after the key behind it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
 */
export function keyBehind(key: IKey): IKey {
  const behind = key instanceof Alias ? key.aliasTargetKey : key;
  if (behind.keyArn.includes(':alias/')) {
    throw new ValidationError(
      `${key.node.path}: got the alias ${behind.keyArn}. Accepted is the key that it stands for, because a policy names keys: ` +
        'Key.fromKeyArn(this, …, `arn:aws:kms:…:key/…`).',
    );
  }
  return behind;
}
