import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { BatchSecretDefinition } from '../contract/batch';

/**
 * What a job's environment gets. It is in the memory of the runner and of the job: on no disk, in no command line and in no
 * other process's environment.
 *
 * @throws Error that says which secret cannot be used and why, and nothing of what it holds
 */
export async function readSecrets(
  secrets: readonly BatchSecretDefinition[],
  region: string,
): Promise<Record<string, string>> {
  if (secrets.length === 0) return {};
  const client = new SecretsManagerClient({ region, maxAttempts: 5 });
  try {
    const arns = [...new Set(secrets.map(({ arn }) => arn))];
    const texts = new Map(await Promise.all(arns.map(async (arn) => [arn, await read(client, arn)] as const)));
    return Object.fromEntries(
      secrets.map((secret) => [secret.variable, textFor(secret, texts.get(secret.arn) ?? '')] as const),
    );
  } finally {
    client.destroy();
  }
}

async function read(client: SecretsManagerClient, arn: string): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (SecretString !== undefined) return SecretString;
  } catch (error) {
    throw new Error(
      `The secret ${arn} cannot be read (${error instanceof Error ? error.name : 'unknown'}): see that it exists, that the host's role may use its KMS key, and that the host reaches Secrets Manager.`,
    );
  }
  throw new Error(`The secret ${arn} holds no text. Accepted are a text, and a JSON object for a field of it.`);
}

function textFor({ arn, field, variable }: BatchSecretDefinition, text: string): string {
  if (field === undefined) return checked(text, arn, variable);
  const value = objectIn(text)?.[field];
  if (typeof value === 'string') return checked(value, arn, variable);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(
    `The secret ${arn} has no field '${field}' that is a text or a number. Add it to the secret's JSON object, or name another field.`,
  );
}

function checked(value: string, arn: string, variable: string): string {
  if (!value.includes('\0')) return value;
  throw new Error(`The secret ${arn} has a NUL character, which the variable ${variable} cannot hold.`);
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
