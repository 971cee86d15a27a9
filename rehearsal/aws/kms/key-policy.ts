import { evaluate, type PolicyRequest, type PolicyStatement, type Principal, parseStatement } from '../policy';

/** A statement of a key's policy, and whom it names: ARNs and account ids, or `*`. A service's name is no AWS principal. */
export interface KeyStatement {
  readonly principals: readonly string[];
  readonly statement: PolicyStatement;
}

/** @throws Error naming an element that is not known here. */
export function parseKeyPolicy(document: unknown): readonly KeyStatement[] {
  const { Statement } = document as { readonly Statement: readonly Record<string, unknown>[] };
  return [Statement].flat().map(({ Principal: named, ...statement }) => ({
    principals: namesOf(named),
    statement: parseStatement(statement),
  }));
}

/** What the CDK and the console write: IAM decides. */
export const leftToIam = (account: string): readonly KeyStatement[] => [
  {
    principals: [`arn:aws:iam::${account}:root`],
    statement: { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
  },
];

/**
 * Of a key that AWS manages for a service: everyone of the account may use it through that service, and IAM says who may
 * describe it.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
 */
export const managedFor = (service: string, account: string): readonly KeyStatement[] => [
  {
    principals: ['*'],
    statement: {
      Effect: 'Allow',
      Action: [
        'kms:CreateGrant',
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncrypt*',
      ],
      Resource: '*',
      Condition: { StringLike: { 'kms:ViaService': `${service}.*.amazonaws.com` } },
    },
  },
  {
    principals: [`arn:aws:iam::${account}:root`],
    statement: { Effect: 'Allow', Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'], Resource: '*' },
  },
];

/**
 * Why a principal may not use a key, in KMS's words; undefined where it may. A key's policy allows by itself whom it
 * names; where it names the account, it leaves the decision to IAM; IAM alone allows nothing.
 *
 * @see docs/aws-facts.md#kms-key-policy-decides
 */
export function refusalOf(
  policy: readonly KeyStatement[],
  { roleArn, statements }: Principal,
  request: PolicyRequest,
): string | undefined {
  const account = roleArn.split(':')[4] ?? '';
  const decision = (names: readonly string[]) =>
    evaluate(
      policy
        .filter(({ principals }) => principals.some((name) => names.includes(name)))
        .map(({ statement }) => statement),
      request,
    );
  const byKey = decision(['*', roleArn]);
  const delegated = decision([account, `arn:aws:iam::${account}:root`]);
  const byIam = evaluate(statements, request);
  if ([byKey, delegated].includes('explicitDeny')) return 'with an explicit deny in a resource-based policy';
  if (byIam === 'explicitDeny') return 'with an explicit deny in an identity-based policy';
  if (byKey === 'allowed' || (delegated === 'allowed' && byIam === 'allowed')) return undefined;
  const kind = delegated === 'allowed' ? 'identity-based' : 'resource-based';
  return `because no ${kind} policy allows the ${request.action} action`;
}

function namesOf(named: unknown): readonly string[] {
  if (named === '*') return ['*'];
  const { AWS = [] } = named as { readonly AWS?: string | readonly string[] };
  return [AWS].flat();
}
