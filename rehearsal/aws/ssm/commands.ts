import type {
  CancelCommandRequest,
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
import { describeInvocation, listedInvocation } from './command-descriptions';
import { CommandInvocations, type CommandInvocationsProps, type CommandRunner } from './command-invocations';
import { paceOf } from './command-pace';
import { parameterValues } from './document-parameters';
import type { Documents } from './documents';
import { AGENT_VERSION, type ManagedInstance, type ManagedInstances } from './managed-instances';
import { shellScript } from './shell-script';

export interface CommandsProps {
  readonly environment: AwsEnvironment;
  readonly instances: ManagedInstances;
  readonly run: CommandRunner;
  /** The documents of the account, besides AWS's own. */
  readonly documents: Documents;
  /** How long after SendCommand its invocations can be asked for. Milliseconds. @default 500 */
  readonly visibleAfterMs?: number;
  /** How commands get to their machines. @default - once, at once */
  readonly delivery?: CommandInvocationsProps['delivery'];
}

const MAX_INSTANCES = 50;

/** Run Command. */
export class Commands {
  private readonly invocations: CommandInvocations;
  constructor(private readonly props: CommandsProps) {
    this.invocations = new CommandInvocations({
      clock: props.environment.clock,
      instances: props.instances,
      run: props.run,
      visibleAfterMs: props.visibleAfterMs ?? 500,
      ...(props.delivery !== undefined && { delivery: props.delivery }),
    });
  }

  readonly operations = {
    sendCommand: {
      needs: (request) => this.needsToSend(request),
      run: (request) => this.send(request),
    } satisfies Operation<SendCommandRequest, SendCommandResult>,
    cancelCommand: {
      needs: () => [this.needForAll('CancelCommand')],
      run: ({ CommandId: id = '', InstanceIds: ids }) => {
        if (!this.invocations.cancel(id, ids)) throw new AwsError('InvalidCommandId');
        return {};
      },
    } satisfies Operation<CancelCommandRequest, object>,
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
    const document = this.props.documents.require(request.DocumentName ?? '');
    const parameters = request.Parameters ?? {};
    const values = parameterValues(document, parameters);
    const instances = this.resolve(request);
    const pace = paceOf(request, instances.length);
    const commandId = this.props.environment.ids.uuid();
    const documentName = document.name;
    const orders = instances.map((instance) => ({
      commandId,
      instance,
      documentName,
      parameters,
      script: shellScript(document, values, instance.agentVersion ?? AGENT_VERSION),
    }));
    this.invocations.start(orders, request.Comment ?? '', pace);
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
    if (ids !== undefined && ids.length > MAX_INSTANCES) {
      throw new AwsError(
        'ValidationException',
        `At most ${MAX_INSTANCES} InstanceIds; got ${ids.length}. Use Targets instead.`,
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
    PluginName: pluginName,
  }: GetCommandInvocationRequest): GetCommandInvocationResult {
    const invocation = this.invocations.visible.find(
      ({ order }) => order.commandId === commandId && order.instance.instanceId === instanceId,
    );
    if (invocation === undefined) {
      throw new AwsError('InvocationDoesNotExist');
    }
    if (
      pluginName !== undefined &&
      pluginName !== this.props.documents.require(invocation.order.documentName).step.name
    ) {
      throw new AwsError('InvalidPluginName');
    }
    return describeInvocation(invocation, this.invocations.stateOf(invocation));
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
        listedInvocation(invocation, this.invocations.stateOf(invocation), request.Details === true),
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

  /** @see docs/aws-facts.md#ssm-list-command-invocations-on-everything */
  private needForAll(action: string): Need {
    return { action: `ssm:${action}`, resources: ['*'] };
  }
}
