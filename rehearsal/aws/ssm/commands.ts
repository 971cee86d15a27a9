import type {
  CommandInvocation,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  SendCommandRequest,
  SendCommandResult,
  Target,
} from '@aws-sdk/client-ssm';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Need, Operation } from '../service';
import { CommandInvocations, type CommandRunner, type Invocation } from './command-invocations';
import type { ManagedInstance, ManagedInstances } from './managed-instances';

export interface CommandsProps {
  readonly environment: AwsEnvironment;
  readonly instances: ManagedInstances;
  readonly run: CommandRunner;
  /** The documents of the account, besides AWS's own. */
  readonly documents: readonly string[];
  /** How long after SendCommand its invocations can be asked for. Milliseconds. @default 500 */
  readonly visibleAfterMs?: number;
}

/** GetCommandInvocation returns no more of either stream. */
const MOST_OUTPUT = 24_000;
const MOST_INSTANCES = 50;
const AWS_DOCUMENTS = ['AWS-RunShellScript'];

/** Run Command. */
export class Commands {
  private readonly invocations: CommandInvocations;

  constructor(private readonly props: CommandsProps) {
    this.invocations = new CommandInvocations({
      clock: props.environment.clock,
      instances: props.instances,
      run: props.run,
      visibleAfterMs: props.visibleAfterMs ?? 500,
    });
  }

  readonly operations = {
    sendCommand: {
      needs: (request) => this.needsToSend(request),
      run: (request) => this.send(request),
    } satisfies Operation<SendCommandRequest, SendCommandResult>,
    getCommandInvocation: {
      needs: () => [this.needForAll('GetCommandInvocation')],
      run: (request) => this.getInvocation(request),
    } satisfies Operation<GetCommandInvocationRequest, GetCommandInvocationResult>,
    listCommandInvocations: {
      needs: () => [this.needForAll('ListCommandInvocations')],
      run: (request) => this.listInvocations(request),
    } satisfies Operation<ListCommandInvocationsRequest, ListCommandInvocationsResult>,
  };

  private send(request: SendCommandRequest): SendCommandResult {
    const documentName = (request.DocumentName ?? '').split('/').at(-1) ?? '';
    if (!this.props.documents.includes(documentName) && !AWS_DOCUMENTS.includes(documentName)) {
      throw new AwsError('InvalidDocument', `Document with name ${documentName} does not exist.`);
    }
    const instances = this.resolve(request);
    const commandId = this.props.environment.ids.uuid();
    for (const instance of instances) {
      this.invocations.start(
        { commandId, instance, documentName, parameters: request.Parameters ?? {} },
        request.Comment ?? '',
        request.TimeoutSeconds,
      );
    }
    return {
      Command: {
        CommandId: commandId,
        DocumentName: documentName,
        Comment: request.Comment ?? '',
        ...(request.InstanceIds !== undefined && { InstanceIds: request.InstanceIds }),
        ...(request.Targets !== undefined && { Targets: request.Targets }),
        RequestedDateTime: new Date(this.props.environment.clock.now()),
        Status: 'Pending',
        StatusDetails: 'Pending',
        TargetCount: instances.length,
        CompletedCount: 0,
        ErrorCount: 0,
      },
    };
  }

  /** Machines named must be there; targets may find none. */
  private resolve({ InstanceIds: ids, Targets: targets }: SendCommandRequest): readonly ManagedInstance[] {
    if (ids !== undefined && ids.length > MOST_INSTANCES) {
      throw new AwsError(
        'ValidationException',
        `At most ${MOST_INSTANCES} InstanceIds; got ${ids.length}. Use Targets instead.`,
      );
    }
    if (ids === undefined || ids.length === 0) {
      return this.matching(targets ?? []);
    }
    const unfit = ids.filter((id) => !this.props.instances.isOnline(id));
    if (unfit.length > 0) {
      throw new AwsError(
        'InvalidInstanceId',
        `Instances [[${unfit.join(', ')}]] not in a valid state for account ${this.props.environment.account}`,
      );
    }
    return ids.map((id) => this.props.instances.get(id)).filter((instance) => instance !== undefined);
  }

  /** Every target must match; of one target, any value. */
  private matching(targets: readonly Target[]): readonly ManagedInstance[] {
    if (targets.length === 0) {
      throw new AwsError('InvalidInstanceId', 'Either InstanceIds or Targets must name the machines.');
    }
    return this.props.instances.all().filter((instance) =>
      targets.every(({ Key: key = '', Values: values = [] }) => {
        if (key === 'InstanceIds' || key === 'instanceids') {
          return values.includes(instance.instanceId);
        }
        if (!key.startsWith('tag:')) {
          throw new NotRehearsedError(`SendCommand with the target key ${key}`);
        }
        const tag = instance.tags[key.slice('tag:'.length)];
        return tag !== undefined && values.includes(tag);
      }),
    );
  }

  private getInvocation({
    CommandId: commandId,
    InstanceId: instanceId,
  }: GetCommandInvocationRequest): GetCommandInvocationResult {
    const invocation = this.invocations.visible.find(
      ({ order }) => order.commandId === commandId && order.instance.instanceId === instanceId,
    );
    if (invocation === undefined) {
      throw new AwsError('InvocationDoesNotExist');
    }
    const { order, outcome, comment } = invocation;
    const status = this.invocations.statusOf(invocation);
    return {
      CommandId: order.commandId,
      InstanceId: order.instance.instanceId,
      DocumentName: order.documentName,
      Comment: comment,
      Status: status,
      StatusDetails: status,
      ResponseCode: outcome?.exitCode ?? -1,
      StandardOutputContent: (outcome?.stdout ?? '').slice(0, MOST_OUTPUT),
      StandardErrorContent: (outcome?.stderr ?? '').slice(0, MOST_OUTPUT),
    };
  }

  private listInvocations(request: ListCommandInvocationsRequest): ListCommandInvocationsResult {
    if ((request.Filters ?? []).length > 0) {
      throw new NotRehearsedError('ListCommandInvocations with Filters');
    }
    const matching = this.invocations.visible.filter(
      ({ order }) =>
        (request.CommandId === undefined || order.commandId === request.CommandId) &&
        (request.InstanceId === undefined || order.instance.instanceId === request.InstanceId),
    );
    const { items, next } = page(
      matching,
      request.NextToken,
      request.MaxResults ?? 50,
      () => new AwsError('InvalidNextToken'),
    );
    return {
      CommandInvocations: items.map((invocation) =>
        describe(invocation, this.invocations.statusOf(invocation), request.Details === true),
      ),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private needsToSend(request: SendCommandRequest): readonly Need[] {
    const name = (request.DocumentName ?? '').split('/').at(-1) ?? '';
    const { region, account } = this.props.environment;
    const documentArn = `arn:aws:ssm:${region}:${name.startsWith('AWS-') ? '' : account}:document/${name}`;
    const named = request.InstanceIds ?? [];
    const instances =
      named.length > 0
        ? named.map((id) => this.props.instances.get(id) ?? { instanceId: id, tags: {} })
        : this.matching(request.Targets ?? []);
    return [
      { action: 'ssm:SendCommand', resources: [documentArn] },
      ...instances.map(({ instanceId, tags }) => ({
        action: 'ssm:SendCommand',
        resources: [arnOf(this.props.environment, 'ec2', `instance/${instanceId}`)],
        context: Object.fromEntries(
          Object.entries(tags).flatMap(([key, value]) => [
            [`ssm:resourceTag/${key}`, value],
            [`aws:ResourceTag/${key}`, value],
          ]),
        ),
      })),
    ];
  }

  private needForAll(action: string): Need {
    return { action: `ssm:${action}`, resources: [arnOf(this.props.environment, 'ssm', '*')] };
  }
}

function describe(
  { order, outcome, requestedAt, comment }: Invocation,
  status: Invocation['status'],
  details: boolean,
): CommandInvocation {
  return {
    CommandId: order.commandId,
    InstanceId: order.instance.instanceId,
    DocumentName: order.documentName,
    Comment: comment,
    RequestedDateTime: new Date(requestedAt),
    Status: status,
    StatusDetails: status,
    CommandPlugins: details
      ? [
          {
            Name: 'aws:runShellScript',
            Status: status,
            StatusDetails: status,
            ResponseCode: outcome?.exitCode ?? -1,
            // The list's output is cut much shorter than GetCommandInvocation's.
            Output: (outcome?.stdout ?? '').slice(0, 2500),
          },
        ]
      : [],
  };
}
