import { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { useOfKey } from '../../../cutover/permissions/key-use';
import type { Objection } from '../../../cutover/preflight/preflight';
import { awsCall } from '../../../cutover/states/aws-call';
import { expression, literal } from '../../../cutover/states/expression';
import { is } from '../../../cutover/states/is';
import { jsonata } from '../../../cutover/states/jsonata';
import type { IDatabase } from '../../database/database';
import type { ManagedSteps } from './managed-steps';

/**
 * What RDS does with blue's key to make green, it does with its caller's permissions.
 *
 * @see docs/aws-facts.md#rds-creates-with-the-callers-key-permissions
 */
export function useOfStorageKey(scope: Construct, { encryptionKeyArn: keyArn }: IDatabase): PolicyStatement[] {
  if (keyArn === undefined) return [];
  const use = { keyArn, via: 'rds', region: Stack.of(scope).region };
  return [
    useOfKey({ ...use, actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'] }),
    // The grants are RDS's, and nobody else's.
    useOfKey({ ...use, actions: ['kms:CreateGrant'], conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } }),
  ];
}

const OF_RDS = 'alias/aws/rds';

/**
 * Assigns `$knownKey`: the key that blue may be encrypted with. RDS names the account's own key for RDS by its ARN, as it
 * does a customer managed one, so that KMS is asked which key that is. `$blueNow` was read.
 */
export function findKeyOfRds({ scope, blue }: ManagedSteps): IChainable {
  const known = Pass.jsonata(scope, 'The KMS key of blue is usable', {
    assign: { knownKey: expression(`[$blueNow.key, 'none'][0]`) },
    outputs: {},
  });
  const ask = awsCall(scope, 'Describe the AWS managed key of RDS', {
    call: 'kms:describeKey',
    parameters: { KeyId: OF_RDS },
    iamAction: 'kms:DescribeKey',
    resources: [Stack.of(scope).formatArn({ service: 'kms', resource: 'key', resourceName: '*' })],
    conditions: { StringEquals: { 'kms:RequestAlias': OF_RDS } },
    wildcard: `The key behind ${OF_RDS} is known to KMS alone; no other can be asked after.`,
    assign: { knownKey: expression('$states.result.KeyMetadata.Arn') },
    outputs: {},
  });
  // Then the creation tells, before anybody is touched.
  ask.addCatch(known, { errors: ['States.TaskFailed'] });
  const stated = blue.encryptionKeyArn === undefined ? 'false' : `$blueNow.key = ${literal(blue.encryptionKeyArn)}`;
  const choice = Choice.jsonata(scope, 'Is the KMS key of blue stated?')
    .when(is(`$not($exists($blueNow.key)) or ${stated}`), known)
    .otherwise(ask);
  return { id: choice.id, startState: choice, endStates: [known, ask] };
}

export function keyNotStated({ scope, blue }: ManagedSteps): Objection {
  const stated = blue.encryptionKeyArn === undefined ? `'no key'` : literal(blue.encryptionKeyArn);
  return [
    `$exists($blueNow.key) and $blueNow.key != $knownKey`,
    Fail.jsonata(scope, 'The KMS key of blue is not stated', {
      error: 'KeyNotStated',
      cause: expression(
        jsonata`
          'Blue is encrypted with ' & $blueNow.key & ', and stated is ' & ${stated}
          & '. RDS needs it of the state machine’s role to make green: state it as encryptionKey of the database, and
          deploy.'
        `,
      ),
    }),
  ];
}
