import type {
  CacheParameterGroupDetails,
  CacheParameterGroupNameMessage,
  DescribeCacheParametersMessage,
  ModifyCacheParameterGroupMessage,
  ParameterNameValue,
  ResetCacheParameterGroupMessage,
} from '@aws-sdk/client-elasticache';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need, Operation } from '../service';
import { describeParameter, PARAMETERS } from './cache-parameters';

interface ParameterGroup {
  readonly name: string;
  readonly family: string;
  readonly values: Map<string, string>;
}

/** A parameter of a group has taken another value; engines of that group take it at once. */
// @see docs/aws-facts.md#elasticache-default-parameter-group
export type ParameterListener = (groupName: string, parameter: string, value: string) => void;

/** ModifyCacheParameterGroup takes no more parameters at once. */
const MAX_PARAMETERS = 20;

/** Cache parameter groups: custom ones, and a default one for every family, which nobody can change. */
export class ParameterGroups {
  private readonly custom = new Map<string, ParameterGroup>();
  private readonly listeners: ParameterListener[] = [];

  constructor(private readonly environment: AwsEnvironment) {}

  add(name: string, family: string, values: Readonly<Record<string, string>> = {}): void {
    this.custom.set(name, { name, family, values: new Map(Object.entries(values)) });
  }

  /** The value that the group's engines have. @throws AwsError CacheParameterGroupNotFound */
  valueOf(groupName: string, parameter: string): string | undefined {
    return this.find(groupName).values.get(parameter) ?? PARAMETERS[parameter]?.fallback;
  }

  onChange(listener: ParameterListener): void {
    this.listeners.push(listener);
  }

  readonly operations = {
    describeCacheParameters: {
      needs: ({ CacheParameterGroupName }) => [this.need('DescribeCacheParameters', CacheParameterGroupName)],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeCacheParametersMessage, CacheParameterGroupDetails>,
    modifyCacheParameterGroup: {
      needs: ({ CacheParameterGroupName }) => [this.need('ModifyCacheParameterGroup', CacheParameterGroupName)],
      run: (request) => this.modify(request),
    } satisfies Operation<ModifyCacheParameterGroupMessage, CacheParameterGroupNameMessage>,
    resetCacheParameterGroup: {
      needs: ({ CacheParameterGroupName }) => [this.need('ResetCacheParameterGroup', CacheParameterGroupName)],
      run: (request) => this.reset(request),
    } satisfies Operation<ResetCacheParameterGroupMessage, CacheParameterGroupNameMessage>,
  };

  private describe(request: DescribeCacheParametersMessage): CacheParameterGroupDetails {
    const { CacheParameterGroupName: name = '', Source: source, MaxRecords: size = 100, Marker: marker } = request;
    if (source !== undefined && !['user', 'system', 'engine-default'].includes(source)) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Invalid source: ${source}. Accepted are user, system and engine-default.`,
      );
    }
    checkPageSize(size);
    const group = this.find(name);
    const all = Object.entries(PARAMETERS)
      .map(([parameter, known]) => describeParameter(parameter, known, group.values.get(parameter)))
      .filter((parameter) => source === undefined || parameter.Source === source);
    const { items, next } = page(
      all,
      marker,
      size,
      () => new AwsError('InvalidParameterValueException', 'Invalid marker.'),
    );
    return { Parameters: [...items], ...(next !== undefined && { Marker: next }) };
  }

  private modify(request: ModifyCacheParameterGroupMessage): CacheParameterGroupNameMessage {
    const group = this.changeable(request.CacheParameterGroupName);
    const changes = checkedNames(request.ParameterNameValues ?? []);
    for (const { name, value, known } of changes) {
      if (!known.accepts.test(value)) {
        throw new AwsError(
          'InvalidParameterValueException',
          `The value "${value}" of ${name} is invalid. Allowed values: ${known.allowed}`,
        );
      }
    }
    for (const { name, value } of changes) {
      group.values.set(name, value);
      this.tell(group.name, name, value);
    }
    return { CacheParameterGroupName: group.name };
  }

  private reset(request: ResetCacheParameterGroupMessage): CacheParameterGroupNameMessage {
    const group = this.changeable(request.CacheParameterGroupName);
    const named = request.ParameterNameValues ?? [];
    if ((request.ResetAllParameters === true) === named.length > 0) {
      throw new AwsError(
        'InvalidParameterCombinationException',
        'Either ResetAllParameters is true, or ParameterNameValues names the parameters to reset.',
      );
    }
    const names =
      request.ResetAllParameters === true ? [...group.values.keys()] : checkedNames(named).map(({ name }) => name);
    for (const name of names) {
      group.values.delete(name);
      this.tell(group.name, name, PARAMETERS[name]?.fallback ?? '');
    }
    return { CacheParameterGroupName: group.name };
  }

  private changeable(name = ''): ParameterGroup {
    const group = this.find(name);
    if (isDefault(name)) {
      throw new AwsError(
        'InvalidParameterValueException',
        `The parameter group ${name} cannot be modified: it is a default one.`,
      );
    }
    return group;
  }

  private find(name: string): ParameterGroup {
    const group = this.custom.get(name);
    if (group !== undefined) {
      return group;
    }
    if (isDefault(name)) {
      return { name, family: name.slice('default.'.length), values: new Map() };
    }
    throw new AwsError('CacheParameterGroupNotFoundFault', `CacheParameterGroup not found: ${name}`);
  }

  private tell(group: string, parameter: string, value: string): void {
    for (const listener of this.listeners) {
      listener(group, parameter, value);
    }
  }

  private need(action: string, name = '*'): Need {
    return {
      action: `elasticache:${action}`,
      resources: [arnOf(this.environment, 'elasticache', `parametergroup:${name}`)],
    };
  }
}

const isDefault = (name: string) => name.startsWith('default.');

function checkedNames(parameters: readonly ParameterNameValue[]) {
  if (parameters.length === 0 || parameters.length > MAX_PARAMETERS) {
    throw new AwsError(
      'InvalidParameterValueException',
      `ParameterNameValues must have 1 to ${MAX_PARAMETERS} parameters; got ${parameters.length}.`,
    );
  }
  return parameters.map(({ ParameterName: name = '', ParameterValue: value = '' }) => {
    const known = PARAMETERS[name];
    if (known === undefined) {
      throw new AwsError('InvalidParameterValueException', `Could not find parameter with name: ${name}`);
    }
    return { name, value, known };
  });
}

/** @see https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html */
export function checkPageSize(size: number): void {
  if (size < 20 || size > 100) {
    throw new AwsError('InvalidParameterValueException', `MaxRecords must be from 20 to 100, not ${size}.`);
  }
}
