import type {
  DeleteParameterRequest,
  DeleteParameterResult,
  DeleteParametersRequest,
  DeleteParametersResult,
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
  ParameterStringFilter,
  PutParameterRequest,
  PutParameterResult,
} from '@aws-sdk/client-ssm';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';
import { checkName, checkValue, tierFor } from './parameter-rules';

interface StoredVersion {
  readonly value: string;
  readonly version: number;
  readonly modifiedAt: number;
}

interface StoredParameter {
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly tier: 'Standard' | 'Advanced';
  readonly dataType: string;
  /** Oldest first. */
  readonly versions: readonly StoredVersion[];
}

/** GetParameters and DeleteParameters take no more names at once. */
const MAX_NAMES = 10;
/** DescribeParameters gives no more on a page. */
const MAX_DESCRIBED = 50;
/** GetParametersByPath gives no more on a page. */
const MAX_BY_PATH = 10;
/**
 * A name that was deleted is to be created again after 30 s at the earliest. What becomes of it before is not said: here it
 * is refused.
 *
 * @see docs/aws-facts.md#ssm-recreate-after-30-s
 */
const CREATED_AGAIN_AFTER_MS = 30_000;
/** Parameter Store keeps as many versions, and drops the oldest. */
const MAX_VERSIONS = 100;

/** Parameter Store. */
export class Parameters {
  private readonly stored = new Map<string, StoredParameter>();
  private readonly deletedAt = new Map<string, number>();

  constructor(private readonly environment: AwsEnvironment) {}

  readonly operations = {
    putParameter: {
      needs: ({ Name }) => [this.need('PutParameter', [Name])],
      run: (request) => this.put(request),
    } satisfies Operation<PutParameterRequest, PutParameterResult>,
    getParameter: {
      needs: ({ Name }) => [this.need('GetParameter', [Name])],
      run: (request) => this.get(request),
    } satisfies Operation<GetParameterRequest, GetParameterResult>,
    getParameters: {
      needs: ({ Names }) => [this.need('GetParameters', Names)],
      run: (request) => this.getMany(request),
    } satisfies Operation<GetParametersRequest, GetParametersResult>,
    getParametersByPath: {
      needs: ({ Path }) => [this.need('GetParametersByPath', [Path])],
      run: (request) => this.getByPath(request),
    } satisfies Operation<GetParametersByPathRequest, GetParametersByPathResult>,
    describeParameters: {
      needs: () => [{ action: 'ssm:DescribeParameters', resources: [arnOf(this.environment, 'ssm', '*')] }],
      run: (request) => this.describeAll(request),
    } satisfies Operation<DescribeParametersRequest, DescribeParametersResult>,
    deleteParameter: {
      needs: ({ Name }) => [this.need('DeleteParameter', [Name])],
      run: (request) => this.delete(request),
    } satisfies Operation<DeleteParameterRequest, DeleteParameterResult>,
    deleteParameters: {
      needs: ({ Names }) => [this.need('DeleteParameters', Names)],
      run: (request) => this.deleteMany(request),
    } satisfies Operation<DeleteParametersRequest, DeleteParametersResult>,
  };

  /** The present value, for the rehearsal to look at; undefined if there is no such parameter. */
  valueOf(name: string): string | undefined {
    return this.valuesOf(name).at(-1);
  }

  /** All that it has been, oldest first. */
  valuesOf(name: string): readonly string[] {
    return this.stored.get(name)?.versions.map(({ value }) => value) ?? [];
  }

  private put(request: PutParameterRequest): PutParameterResult {
    const name = request.Name ?? '';
    checkName(name);
    const current = this.stored.get(name);
    const isGoing = (this.deletedAt.get(name) ?? -Infinity) + CREATED_AGAIN_AFTER_MS > this.environment.clock.now();
    // @see docs/aws-facts.md#ssm-create-once
    if ((current !== undefined && request.Overwrite !== true) || (current === undefined && isGoing)) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (current !== undefined && request.Tags !== undefined) {
      throw new AwsError(
        'ValidationException',
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag.",
      );
    }
    const type = request.Type ?? current?.type;
    if (type === undefined) {
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    }
    checkValue(request);
    const tier = tierFor(request, current?.tier);
    const version = (current?.versions.at(-1)?.version ?? 0) + 1;
    const added = { value: request.Value ?? '', version, modifiedAt: this.environment.clock.now() };
    this.stored.set(name, {
      name,
      type,
      tier,
      dataType: request.DataType ?? current?.dataType ?? 'text',
      versions: [...(current?.versions ?? []), added].slice(-MAX_VERSIONS),
    });
    return { Version: version, Tier: tier };
  }

  private get({ Name: selector = '', WithDecryption: decrypt }: GetParameterRequest): GetParameterResult {
    const [name = '', version] = selector.split(':');
    const parameter = this.stored.get(name);
    if (parameter === undefined) {
      // The service sends this error without any text.
      throw new AwsError('ParameterNotFound');
    }
    const found = this.describe(parameter, decrypt === true, version);
    if (found === undefined) {
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
      );
    }
    return { Parameter: found };
  }

  private getMany({ Names = [], WithDecryption: decrypt }: GetParametersRequest): GetParametersResult {
    checkNames(Names);
    const found: Parameter[] = [];
    const invalid: string[] = [];
    for (const selector of Names) {
      const [name = '', version] = selector.split(':');
      const parameter = this.stored.get(name);
      const described = parameter && this.describe(parameter, decrypt === true, version);
      if (described === undefined) {
        invalid.push(selector);
      } else {
        found.push(described);
      }
    }
    return { Parameters: found, InvalidParameters: invalid };
  }

  /** Those right below the path, and further down where asked for. */
  private getByPath(request: GetParametersByPathRequest): GetParametersByPathResult {
    const { Path = '', Recursive: recursive, WithDecryption: decrypt, MaxResults, NextToken } = request;
    const prefix = Path.endsWith('/') ? Path : `${Path}/`;
    const below = [...this.stored.values()].filter(
      ({ name }) => name.startsWith(prefix) && (recursive === true || !name.slice(prefix.length).includes('/')),
    );
    const refuse = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
    const { items, next } = page(below, NextToken, MaxResults ?? MAX_BY_PATH, refuse);
    return {
      Parameters: items.flatMap((parameter) => this.describe(parameter, decrypt === true) ?? []),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private describeAll(request: DescribeParametersRequest): DescribeParametersResult {
    const { ParameterFilters = [], Filters = [], MaxResults = MAX_DESCRIBED, NextToken } = request;
    if (Filters.length > 0) throw new NotRehearsedError('DescribeParameters with Filters');
    const refuse = () => new AwsError('InvalidNextToken', 'The specified token is not valid.');
    const wanted = [...this.stored.values()].filter(({ name }) => ParameterFilters.every((each) => lets(each, name)));
    const { items, next } = page(wanted, NextToken, Math.min(MaxResults, MAX_DESCRIBED), refuse);
    return {
      Parameters: items.map(({ name, type, tier }) => ({ Name: name, Type: type, Tier: tier, ARN: this.arn(name) })),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private delete({ Name = '' }: DeleteParameterRequest): DeleteParameterResult {
    if (!this.remove(Name)) {
      throw new AwsError('ParameterNotFound');
    }
    return {};
  }

  private deleteMany({ Names = [] }: DeleteParametersRequest): DeleteParametersResult {
    checkNames(Names);
    const deleted = Names.filter((name) => this.remove(name));
    return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
  }

  private remove(name: string): boolean {
    const isThere = this.stored.delete(name);
    if (isThere) this.deletedAt.set(name, this.environment.clock.now());
    return isThere;
  }

  private describe(parameter: StoredParameter, decrypt: boolean, version?: string): Parameter | undefined {
    const found =
      version === undefined
        ? parameter.versions.at(-1)
        : parameter.versions.find((candidate) => String(candidate.version) === version);
    return (
      found && {
        Name: parameter.name,
        Type: parameter.type,
        Value: parameter.type === 'SecureString' && !decrypt ? ciphertext(found.value) : found.value,
        Version: found.version,
        ...(version !== undefined && { Selector: `:${version}` }),
        LastModifiedDate: new Date(found.modifiedAt),
        ARN: this.arn(parameter.name),
        DataType: parameter.dataType,
      }
    );
  }

  private need(action: string, names: readonly (string | undefined)[] | undefined) {
    return {
      action: `ssm:${action}`,
      resources: (names ?? []).map((name) => this.arn((name ?? '').split(':')[0] ?? '')),
    };
  }

  /** `/a/b` and `a` both stand behind `parameter/`, with one slash. */
  private arn(name: string): string {
    return arnOf(this.environment, 'ssm', `parameter/${name.replace(/^\//, '')}`);
  }
}

function checkNames(names: readonly string[]): void {
  if (names.length === 0 || names.length > MAX_NAMES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and ${MAX_NAMES}; it has ${names.length}.`,
    );
  }
  if (new Set(names).size !== names.length) {
    throw new AwsError('ValidationException', 'Parameter names must be unique within one request.');
  }
}

/** What stands in for a SecureString that was not asked to be decrypted. */
const ciphertext = (value: string) => `AQICAH${Buffer.from(value).toString('base64').replace(/./g, 'x')}`;

/** @see docs/aws-facts.md#ssm-describe-parameters */
function lets({ Key, Option, Values = [] }: ParameterStringFilter, name: string): boolean {
  if (Key !== 'Path' || Option !== 'Recursive') {
    throw new NotRehearsedError(`DescribeParameters with the filter ${Key} ${Option}`);
  }
  return Values.some((path) => name.startsWith(`${path.replace(/\/$/, '')}/`));
}
