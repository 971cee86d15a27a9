import type {
  DeleteStackInput,
  DescribeStackResourceInput,
  DescribeStackResourceOutput,
  DescribeStackResourcesInput,
  DescribeStackResourcesOutput,
  DescribeStacksInput,
  DescribeStacksOutput,
  GetTemplateInput,
  GetTemplateOutput,
  ListStackResourcesInput,
  ListStackResourcesOutput,
  Stack as StackDescription,
  StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Assembly, Resource } from '../assembly';
import { AwsError, NotRehearsedError } from './aws-error';
import type { AwsEnvironment } from './environment';
import { page } from './page';
import type { AwsService, Operation } from './service';

export interface CloudFormationProps {
  readonly environment: AwsEnvironment;
  /** All of it is deployed. */
  readonly assembly: Assembly;
}

interface DeployedStack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  deletedAt?: Date;
}

const PAGE = 100;

/** CloudFormation as it is when an assembly has been deployed: its stacks can be looked at and deleted, not made. */
export class CloudFormation implements AwsService {
  readonly identifier = 'cloudformation';
  private readonly stacks: readonly DeployedStack[];

  constructor(private readonly props: CloudFormationProps) {
    const { environment, assembly } = props;
    this.stacks = assembly.stacks.map(({ id, name }) => ({
      id,
      name,
      createdAt: new Date(environment.clock.now()),
    }));
  }

  readonly operations = {
    describeStacks: {
      needs: ({ StackName: name }) => [this.need('DescribeStacks', name)],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeStacksInput, DescribeStacksOutput>,
    listStackResources: {
      needs: ({ StackName: name }) => [this.need('ListStackResources', name)],
      run: (request) => this.resourcesOf(request),
    } satisfies Operation<ListStackResourcesInput, ListStackResourcesOutput>,
    describeStackResource: {
      needs: ({ StackName: name }) => [this.need('DescribeStackResource', name)],
      run: (request) => this.resourceOf(request),
    } satisfies Operation<DescribeStackResourceInput, DescribeStackResourceOutput>,
    describeStackResources: {
      needs: ({ PhysicalResourceId: id }) => [this.need('DescribeStackResources', this.stackWith(id)?.name)],
      run: ({ PhysicalResourceId: id }) => this.resourcesBeside(id),
    } satisfies Operation<DescribeStackResourcesInput, DescribeStackResourcesOutput>,
    getTemplate: {
      needs: ({ StackName: name }) => [this.need('GetTemplate', name)],
      run: ({ StackName: name = '' }) => ({ TemplateBody: this.templateOf(this.find(name)) }),
    } satisfies Operation<GetTemplateInput, GetTemplateOutput>,
    deleteStack: {
      needs: ({ StackName: name }) => [this.need('DeleteStack', name)],
      run: ({ StackName: name = '' }) => {
        const stack = this.stacks.find((one) => one.id === name || one.name === name);
        // One that is not there is deleted already.
        if (stack !== undefined) stack.deletedAt ??= new Date(this.props.environment.clock.now());
        return {};
      },
    } satisfies Operation<DeleteStackInput, object>,
  };

  private describe({ StackName: name, NextToken: token }: DescribeStacksInput): DescribeStacksOutput {
    if (name !== undefined) return { Stacks: [this.description(this.find(name))] };
    const existing = this.stacks.filter(({ deletedAt }) => deletedAt === undefined);
    const { items, next } = page(existing, token, PAGE, () => invalid('The NextToken is not one of this account.'));
    return { Stacks: items.map((stack) => this.description(stack)), ...(next !== undefined && { NextToken: next }) };
  }

  private description(stack: DeployedStack): StackDescription {
    const { assembly } = this.props;
    return {
      StackId: stack.id,
      StackName: stack.name,
      CreationTime: stack.createdAt,
      StackStatus: stack.deletedAt === undefined ? 'CREATE_COMPLETE' : 'DELETE_COMPLETE',
      ...(stack.deletedAt !== undefined && { DeletionTime: stack.deletedAt }),
      Outputs: (assembly.stacks.find(({ name }) => name === stack.name)?.outputNames ?? []).map((name) => ({
        OutputKey: name,
        OutputValue: String(assembly.output(stack.name, name)),
      })),
    };
  }

  private resourcesOf({ StackName: name = '', NextToken: token }: ListStackResourcesInput): ListStackResourcesOutput {
    const stack = this.find(name);
    const all = this.props.assembly.resources().filter(({ stackName }) => stackName === stack.name);
    const { items, next } = page(all, token, PAGE, () => invalid('The NextToken is not one of this account.'));
    return {
      StackResourceSummaries: items.map((resource) => summaryOf(stack, resource)),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private stackWith(id: string | undefined): DeployedStack | undefined {
    if (id === undefined) throw new NotRehearsedError('DescribeStackResources without a PhysicalResourceId');
    const found = this.props.assembly
      .resources()
      .find(({ isKnown, physicalId }) => isKnown && String(physicalId) === id);
    return this.stacks.find(({ name }) => name === found?.stackName);
  }

  /** @see docs/aws-facts.md#cloudformation-owner-of-resource */
  private resourcesBeside(id: string | undefined): DescribeStackResourcesOutput {
    const stack = this.stackWith(id);
    if (stack === undefined) throw invalid(`Stack for ${id} does not exist`);
    const all = this.props.assembly.resources().filter(({ stackName }) => stackName === stack.name);
    return {
      StackResources: all.slice(0, PAGE).map((resource) => {
        const { LastUpdatedTimestamp: Timestamp, ...summary } = summaryOf(stack, resource);
        return { ...summary, StackName: stack.name, StackId: stack.id, Timestamp };
      }),
    };
  }

  /** Of each resource what becomes of it: nobody here asks for more. */
  private templateOf(stack: DeployedStack): string {
    const all = this.props.assembly.resources().filter(({ stackName }) => stackName === stack.name);
    const Resources = Object.fromEntries(
      all.map(({ logicalId, type, policies }) => [logicalId, { Type: type, ...policies }]),
    );
    return JSON.stringify({ Resources });
  }

  /** @see docs/aws-facts.md#cloudformation-describe-stack-resource */
  private resourceOf({
    StackName: name = '',
    LogicalResourceId: logicalId = '',
  }: DescribeStackResourceInput): DescribeStackResourceOutput {
    const stack = this.find(name, `Stack '${name}' does not exist`);
    const resource = this.props.assembly
      .resources()
      .find((one) => one.stackName === stack.name && one.logicalId === logicalId);
    if (resource === undefined) throw invalid(`Resource ${logicalId} does not exist for stack ${stack.name}`);
    const { allMetadata } = resource;
    return {
      StackResourceDetail: {
        StackName: stack.name,
        StackId: stack.id,
        ...summaryOf(stack, resource),
        ...(allMetadata !== undefined && { Metadata: JSON.stringify(allMetadata) }),
        DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
      },
    };
  }

  /** By its name only while it stands; by its id for 90 days more. */
  private find(name: string, absent = `Stack with id ${name} does not exist`): DeployedStack {
    const stack = this.stacks.find(
      ({ id, name: own, deletedAt }) => id === name || (own === name && deletedAt === undefined),
    );
    if (stack === undefined) throw invalid(absent);
    return stack;
  }

  private need(action: string, name: string | undefined) {
    const stack = this.stacks.find((one) => one.id === name || one.name === name);
    return { action: `cloudformation:${action}`, resources: [stack?.id ?? '*'] };
  }
}

function summaryOf(stack: DeployedStack, resource: Resource): StackResourceSummary {
  return {
    LogicalResourceId: resource.logicalId,
    ...(resource.isKnown && { PhysicalResourceId: String(resource.physicalId) }),
    ResourceType: resource.type,
    ResourceStatus: statusOf(stack, resource.deletionPolicy),
    LastUpdatedTimestamp: stack.deletedAt ?? stack.createdAt,
  };
}

function statusOf({ deletedAt }: DeployedStack, deletionPolicy: string): StackResourceSummary['ResourceStatus'] {
  if (deletedAt === undefined) return 'CREATE_COMPLETE';
  return deletionPolicy === 'Delete' ? 'DELETE_COMPLETE' : 'DELETE_SKIPPED';
}

const invalid = (message: string) => new AwsError('ValidationError', message);
