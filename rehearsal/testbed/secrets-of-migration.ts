import type { AwsEnvironment } from '../aws/environment';
import { SecretsManager } from '../aws/secrets-manager';
import type { Migration } from './migration';

/** Secrets Manager as the deploy left it. @param values what each secret holds, by the ARN that the migration knows */
export function secretsOf(
  { partialSecretArns }: Pick<Migration, 'partialSecretArns'>,
  environment: AwsEnvironment,
  values: ReadonlyMap<string, string>,
): SecretsManager {
  const secrets = new SecretsManager(environment);
  for (const [arn, value] of values) {
    secrets.add(partialSecretArns.includes(arn) ? `${arn}-${environment.ids.hex(6)}` : arn, value);
  }
  return secrets;
}
