import type {
  GetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretsRequest,
  ListSecretsResponse,
} from '@aws-sdk/client-secrets-manager';
import { AwsError } from './aws-error';
import { type AwsEnvironment, arnOf } from './environment';
import { needsOfKey } from './kms/kms';
import { page } from './page';
import type { AwsService, Need, Operation } from './service';

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly versionId: string;
  readonly value: string;
  /** ARN of the customer managed key that it is encrypted with; undefined with `aws/secretsmanager`. */
  readonly keyArn: string | undefined;
}

/** ListSecrets gives no more a page. */
const MAX_SECRETS = 100;

/** Secrets Manager: what the rehearsal has put in can be read. */
export class SecretsManager implements AwsService {
  readonly identifier = 'secretsmanager';
  private readonly secrets = new Map<string, Secret>();

  constructor(private readonly environment: AwsEnvironment) {}

  /** @param arn - with its six random characters at the end */
  add(arn: string, value: string, keyArn?: string): void {
    const name = (arn.split(':secret:')[1] ?? arn).replace(/-[^-]{6}$/, '');
    this.secrets.set(arn, { arn, name, versionId: this.environment.ids.uuid(), value, keyArn });
  }

  readonly operations = {
    listSecrets: {
      needs: () => [{ action: 'secretsmanager:ListSecrets', resources: ['*'] }],
      run: ({ NextToken, MaxResults = MAX_SECRETS }) => {
        const refuse = () => new AwsError('InvalidNextTokenException', 'The token is not valid.');
        const { items, next } = page([...this.secrets.values()], NextToken, Math.min(MaxResults, MAX_SECRETS), refuse);
        return {
          SecretList: items.map(({ arn, name }) => ({ ARN: arn, Name: name })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    } satisfies Operation<ListSecretsRequest, ListSecretsResponse>,
    getSecretValue: {
      needs: ({ SecretId: id = '' }) => [
        { action: 'secretsmanager:GetSecretValue', resources: [this.find(id)?.arn ?? this.arnOfUnknown(id)] },
        ...this.needsOfItsKey(id),
      ],
      run: (request) => this.getValue(request),
    } satisfies Operation<GetSecretValueRequest, GetSecretValueResponse>,
  };

  private getValue({
    SecretId: id = '',
    VersionStage: stage = 'AWSCURRENT',
    VersionId: versionId,
  }: GetSecretValueRequest): GetSecretValueResponse {
    const secret = this.find(id);
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (stage !== 'AWSCURRENT' || (versionId !== undefined && versionId !== secret.versionId)) {
      throw new AwsError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`}`,
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.value,
      VersionStages: ['AWSCURRENT'],
    };
  }

  /** @see docs/aws-facts.md#secret-readers-need-its-key */
  private needsOfItsKey(id: string): readonly Need[] {
    const arn = this.find(id)?.keyArn;
    return arn === undefined
      ? []
      : needsOfKey(this.environment, { arn, via: 'secretsmanager', actions: ['kms:Decrypt'] });
  }

  /** By name, by ARN, or by ARN without the six characters at its end. */
  private find(id: string): Secret | undefined {
    return [...this.secrets.values()].find(
      ({ arn, name }) => id === arn || id === name || id === arn.replace(/-[^-]{6}$/, ''),
    );
  }

  private arnOfUnknown(id: string): string {
    return id.startsWith('arn:') ? id : arnOf(this.environment, 'secretsmanager', `secret:${id}`);
  }
}
