import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { AgentError } from './errors';
import { jsonOf } from './json';

export interface Credential {
  /** ACL user. Absent: the bare AUTH token of the default user. */
  readonly username?: string;
  readonly password: string;
}

/** What a secret of an ACL user holds; ElastiCache's own rotation adds more. */
const secretOfUser = z.object({ username: z.string().min(1).optional(), password: z.string().min(1) });

/** Credentials from Secrets Manager, in memory only, read once each until they are forgotten. */
export class Credentials {
  private readonly known = new Map<string, Promise<string>>();

  /** @param conceal is given every secret text before anything can be done with it */
  constructor(private readonly conceal: (secret: string) => void) {}

  of(secretArn: string): Promise<Credential> {
    return this.as(secretArn, parseSecret, ({ password }) => password);
  }

  /**
   * What a secret of another form holds.
   *
   * @param parse gets its text, and the ARN for messages
   * @param secretIn what of it nobody may see
   */
  async as<T>(
    secretArn: string,
    parse: (text: string, secretArn: string) => T,
    secretIn: (value: T) => string,
  ): Promise<T> {
    const reading = this.known.get(secretArn) ?? this.read(secretArn);
    this.known.set(secretArn, reading);
    try {
      const value = parse(await reading, secretArn);
      this.conceal(secretIn(value));
      return value;
    } catch (error) {
      // A failure is not remembered: the permission may be granted, or the secret corrected, a moment later.
      this.known.delete(secretArn);
      throw error;
    }
  }

  /** Has every secret read again when it is asked for next: it was rotated. */
  forget(): void {
    this.known.clear();
  }

  private async read(secretArn: string): Promise<string> {
    const text = await readSecret(secretArn);
    this.conceal(text);
    return text;
  }
}

async function readSecret(secretArn: string): Promise<string> {
  const client = new SecretsManagerClient();
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (SecretString !== undefined && SecretString !== '') return SecretString;
  } catch (error) {
    throw new AgentError(
      'Agent.AccessDenied',
      `Secret ${secretArn} cannot be read (${error instanceof Error ? error.name : 'unknown'}): check that it exists, ` +
        "the host's role with the secret's KMS key, and the host's way to the secretsmanager endpoint.",
      { cause: error },
    );
  } finally {
    client.destroy();
  }
  throw notUsable(secretArn, 'it holds no text');
}

/** A bare token may look like a JSON value (`12345678`, `"quoted"`): only an object is taken for more than a token. */
function parseSecret(text: string, secretArn: string): Credential {
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null) return { password: text };
  const parsed = secretOfUser.safeParse(value);
  if (!parsed.success) throw notUsable(secretArn, 'it holds JSON without a "password"');
  return parsed.data;
}

function notUsable(secretArn: string, why: string): AgentError {
  return new AgentError(
    'Agent.AccessDenied',
    `Secret ${secretArn} cannot be used, for ${why}: accepted are the bare AUTH token, or JSON with "password" and, for an ACL user, "username".`,
  );
}
