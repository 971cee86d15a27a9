import type { DescribeInstancesRequest, DescribeInstancesResult, Filter, InstanceStateName } from '@aws-sdk/client-ec2';
import { AwsError, NotRehearsedError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import { checkIds, INSTANCE } from './ids';

export interface Ec2Instance {
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** @default 'running' */
  readonly state?: InstanceStateName;
  /** @default - nobody asks */
  readonly vpcId?: string;
}

const MIN_RESULTS = 5;
const MAX_RESULTS = 1000;

/** The machines of the account, as far as they are looked for: by tag and by state. */
export class Instances {
  private readonly known = new Map<string, Ec2Instance>();

  add(instance: Ec2Instance): void {
    this.known.set(instance.instanceId, instance);
  }

  readonly operations = {
    describeInstances: {
      needs: () => [{ action: 'ec2:DescribeInstances', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeInstancesRequest, DescribeInstancesResult>,
  };

  private describe(request: DescribeInstancesRequest): DescribeInstancesResult {
    const { Filters: filters = [], MaxResults: size = MAX_RESULTS, InstanceIds: ids = [] } = request;
    if (ids.length > 0 && request.MaxResults !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    if (size < MIN_RESULTS || size > MAX_RESULTS) {
      throw new AwsError('InvalidParameterValue', `MaxResults must be from ${MIN_RESULTS} to ${MAX_RESULTS}.`);
    }
    checkIds(INSTANCE, ids);
    const missing = ids.filter((id) => !this.known.has(id));
    if (missing.length > 0) {
      throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${missing.join(', ')}' does not exist`);
    }
    const matching = [...this.known.values()]
      .filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId))
      .filter((instance) => filters.every((filter) => passes(instance, filter)));
    const { items, next } = page(
      matching,
      request.NextToken,
      size,
      () => new AwsError('InvalidPaginationToken', 'The token is not valid.'),
    );
    return {
      Reservations: items.map(({ instanceId, tags, state = 'running', vpcId }) => ({
        Instances: [
          {
            InstanceId: instanceId,
            State: { Name: state },
            ...(vpcId !== undefined && { VpcId: vpcId }),
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      })),
      ...(next !== undefined && { NextToken: next }),
    };
  }
}

function passes({ tags, state = 'running' }: Ec2Instance, { Name: name = '', Values: values = [] }: Filter): boolean {
  if (name === 'instance-state-name') return values.includes(state);
  const [, tag] = /^tag:(.+)$/.exec(name) ?? [];
  if (tag === undefined) throw new NotRehearsedError(`DescribeInstances with the filter ${name}`);
  return values.includes(tags[tag] ?? '');
}
