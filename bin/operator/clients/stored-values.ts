import { GetSecretValueCommand, ListSecretsCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeParametersCommand,
  GetParametersCommand,
  type ParameterMetadata,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import type { Progress } from '../../../contract/common';
import { everyItem, type Lookup, reasonOf } from './lookup';
import type { SoughtName, SoughtNames } from './names';

/** A secret or a parameter that holds one of the names. Its value is looked into, and never kept. */
export interface Holder {
  /** `secret shop/redis`, `SSM parameter /shop/redis`. */
  readonly consumer: string;
  readonly names: readonly SoughtName[];
  /** How a task definition or a function refers to it: its name and its ARN. */
  readonly references: readonly string[];
}

export interface StoredValuesProps {
  readonly sought: SoughtNames;
  readonly lookup: Lookup;
  readonly progress: (progress: Progress) => void;
}

const MAX_SECRETS = 2000;
const MAX_PARAMETERS = 10_000;
/** GetParameters takes no more. */
const AT_ONCE = 10;

export async function secretsWith(secrets: SecretsManagerClient, props: StoredValuesProps): Promise<Holder[]> {
  const { sought, lookup, progress } = props;
  const listed = await lookup.attempt('Secrets', () =>
    everyItem(
      async (NextToken) => {
        const page = await secrets.send(new ListSecretsCommand({ NextToken }));
        return { items: page.SecretList ?? [], next: page.NextToken };
      },
      MAX_SECRETS,
      () => lookup.miss('Secrets', `More than ${MAX_SECRETS}.`),
    ),
  );
  const refused = new Refusals();
  const holders: Holder[] = [];
  for (const [index, { ARN: arn = '', Name: name = '' }] of (listed ?? []).entries()) {
    progress({ phase: 'Secrets', done: index, total: listed?.length ?? 0 });
    await refused.unless(name, async () => {
      const { SecretString, SecretBinary } = await secrets.send(new GetSecretValueCommand({ SecretId: arn }));
      const names = sought.in(SecretString ?? Buffer.from(SecretBinary ?? []).toString('utf8'));
      if (names.length === 0) return;
      holders.push({ consumer: `secret ${name}`, names, references: [arn, arn.replace(/-[^-]{6}$/, ''), name] });
    });
  }
  refused.tell('Values of secrets', listed?.length ?? 0, lookup);
  return holders;
}

/** @param own where the migration keeps its own */
export async function parametersWith(ssm: SSMClient, own: string, props: StoredValuesProps): Promise<Holder[]> {
  const { lookup, progress } = props;
  const listed = await lookup.attempt('SSM parameters', () =>
    everyItem(
      async (NextToken) => {
        const page = await ssm.send(new DescribeParametersCommand({ NextToken }));
        return { items: page.Parameters ?? [], next: page.NextToken };
      },
      MAX_PARAMETERS,
      () => lookup.miss('SSM parameters', `More than ${MAX_PARAMETERS}.`),
    ),
  );
  const others = (listed ?? []).filter(({ Name = '' }) => !Name.startsWith(own));
  const refused = new Refusals();
  const holders: Holder[] = [];
  // Keys of their own refuse one by one, and a call that is refused for one name is refused for all.
  const secure = others.filter(({ Type }) => Type === 'SecureString').map((each) => [each]);
  const batches = [...inBatches(others.filter(({ Type }) => Type !== 'SecureString')), ...secure];
  for (const [index, batch] of batches.entries()) {
    progress({ phase: 'SSM parameters', done: index, total: batches.length });
    holders.push(...(await readBatch(ssm, batch, props, refused)));
  }
  refused.tell('Values of SSM parameters', others.length, lookup);
  return holders;
}

async function readBatch(
  ssm: SSMClient,
  batch: readonly ParameterMetadata[],
  { sought }: StoredValuesProps,
  refused: Refusals,
): Promise<Holder[]> {
  const read = async (parameters: readonly ParameterMetadata[]) => {
    const Names = parameters.map(({ Name = '' }) => Name);
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    return Parameters.flatMap(({ Name: name = '', ARN: arn = '', Value: value = '' }) => {
      const names = sought.in(value);
      return names.length === 0 ? [] : [{ consumer: `SSM parameter ${name}`, names, references: [arn, name] }];
    });
  };
  try {
    return await read(batch);
  } catch (error) {
    reasonOf(error);
    const holders: Holder[] = [];
    for (const one of batch) {
      await refused.unless(one.Name ?? '', async () => {
        holders.push(...(await read([one])));
      });
    }
    return holders;
  }
}

function* inBatches(parameters: readonly ParameterMetadata[]): Generator<ParameterMetadata[]> {
  for (let begin = 0; begin < parameters.length; begin += AT_ONCE) yield parameters.slice(begin, begin + AT_ONCE);
}

/** Of many alike a row says how many, and which was the first. */
class Refusals {
  private readonly names: string[] = [];
  private reason = '';

  async unless(name: string, look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      const reason = reasonOf(error);
      if (this.names.length === 0) this.reason = reason;
      this.names.push(name);
    }
  }

  tell(what: string, all: number, lookup: Lookup): void {
    const { names, reason } = this;
    if (names.length > 0) lookup.miss(what, `${names.length} of ${all}, the first ${names[0]}: ${reason}`);
  }
}
