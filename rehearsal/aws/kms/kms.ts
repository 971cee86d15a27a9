import type { DescribeKeyRequest, DescribeKeyResponse } from '@aws-sdk/client-kms';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import type { AwsService, Need, Operation } from '../service';
import type { Keys } from './keys';

/** KMS, as far as a preflight asks it. Other services use keys in their callers' names: see `needOfKey`. */
export class Kms implements AwsService {
  readonly identifier = 'kms';

  constructor(
    private readonly environment: AwsEnvironment,
    private readonly keys: Keys,
  ) {}

  readonly operations = {
    describeKey: {
      // Of an alias, the permission is asked for on the key behind it.
      needs: ({ KeyId: id = '' }) => [
        {
          action: 'kms:DescribeKey',
          resources: [this.arnOf(id)],
          ...(id.includes('alias/') && { context: { 'kms:RequestAlias': id } }),
        },
      ],
      run: ({ KeyId: id = '' }) => this.describe(id),
    } satisfies Operation<DescribeKeyRequest, DescribeKeyResponse>,
  };

  private describe(id: string): DescribeKeyResponse {
    const key = this.keys.find(id);
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${this.arnOf(id)}' does not exist`);
    const { arn, state = 'Enabled' } = key;
    return {
      KeyMetadata: {
        KeyId: arn.split('/').at(-1),
        Arn: arn,
        KeyState: state,
        Enabled: state === 'Enabled',
        KeyManager: 'CUSTOMER',
      },
    };
  }

  private arnOf(id: string): string {
    const known = this.keys.find(id)?.arn;
    if (known !== undefined || id.startsWith('arn:')) return known ?? id;
    return arnOf(this.environment, 'kms', `key/${id}`);
  }
}

/** What a caller needs of a key that a service uses in the caller's name. */
export function needsOfKey(
  { region }: AwsEnvironment,
  {
    arn,
    via,
    actions,
    context = {},
  }: { arn: string; via: string; actions: readonly string[]; context?: Need['context'] },
): readonly Need[] {
  return actions.map((action) => ({
    action,
    resources: [arn],
    context: { 'kms:ViaService': `${via}.${region}.amazonaws.com`, ...context },
  }));
}
