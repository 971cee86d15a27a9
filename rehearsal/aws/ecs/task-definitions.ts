import type {
  ContainerDefinition,
  DescribeTaskDefinitionRequest,
  DescribeTaskDefinitionResponse,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionFamiliesResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';

const MAX_FAMILIES = 100;

/** What tasks are made by: families, of which each has revisions. */
export class TaskDefinitions {
  private readonly families = new Map<string, readonly (readonly ContainerDefinition[])[]>();

  constructor(private readonly environment: AwsEnvironment) {}

  /** Another revision of the family. Gives its ARN. */
  add(family: string, containers: readonly ContainerDefinition[]): string {
    const revisions = [...(this.families.get(family) ?? []), containers];
    this.families.set(family, revisions);
    return this.arn(family, revisions.length);
  }

  readonly operations = {
    listTaskDefinitionFamilies: {
      needs: () => [{ action: 'ecs:ListTaskDefinitionFamilies', resources: ['*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse>,
    describeTaskDefinition: {
      needs: () => [{ action: 'ecs:DescribeTaskDefinition', resources: ['*'] }],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>,
  };

  private list(request: ListTaskDefinitionFamiliesRequest): ListTaskDefinitionFamiliesResponse {
    if (request.status !== 'ACTIVE') throw new NotRehearsedError('ListTaskDefinitionFamilies but of those ACTIVE');
    const refuse = () => new AwsError('InvalidParameterException', 'Invalid token.');
    const size = Math.min(request.maxResults ?? MAX_FAMILIES, MAX_FAMILIES);
    const { items, next } = page([...this.families.keys()].sort(), request.nextToken, size, refuse);
    return { families: [...items], ...(next !== undefined && { nextToken: next }) };
  }

  /** By family, which is its latest revision, by family and revision, or by ARN. */
  private describe({ taskDefinition = '' }: DescribeTaskDefinitionRequest): DescribeTaskDefinitionResponse {
    const [family = '', text] = (taskDefinition.split('/').at(-1) ?? '').split(':');
    const revisions = this.families.get(family) ?? [];
    const revision = text === undefined ? revisions.length : Number(text);
    const containers = revisions[revision - 1];
    if (containers === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
    return {
      taskDefinition: {
        taskDefinitionArn: this.arn(family, revision),
        family,
        revision,
        containerDefinitions: [...containers],
      },
    };
  }

  private arn(family: string, revision: number): string {
    return arnOf(this.environment, 'ecs', `task-definition/${family}:${revision}`);
  }
}
