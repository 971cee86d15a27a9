import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  InstanceInformation,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Operation } from '../service';
import { Associations } from './associations';
import type { CommandInvocationsProps, CommandRunner } from './command-invocations';
import { Commands } from './commands';
import type { CommandDocument } from './document';
import { Documents } from './documents';
import { AGENT_VERSION, ManagedInstances } from './managed-instances';
import { Parameters } from './parameters';
import { Sessions } from './sessions';

export interface SsmProps {
  readonly environment: AwsEnvironment;
  /** Carries out commands on the machines of the rehearsal. */
  readonly runCommand: CommandRunner;
  /** The account's own documents. @default - none */
  readonly documents?: readonly CommandDocument[];
  /** Names of the account's own Session documents. @default - none */
  readonly sessionDocuments?: ReadonlySet<string>;
  /** How long after SendCommand its invocations can be asked for. Milliseconds. @default 500 */
  readonly commandsVisibleAfterMs?: number;
  /** How commands get to their machines. @default - once, at once */
  readonly delivery?: CommandInvocationsProps['delivery'];
}

/** Systems Manager: parameters, commands and the machines they run on. */
export class Ssm implements AwsService {
  readonly identifier = 'ssm';
  readonly parameters: Parameters;
  readonly instances = new ManagedInstances();
  readonly associations: Associations;
  readonly sessions: Sessions;
  readonly operations: AwsService['operations'];

  constructor(private readonly props: SsmProps) {
    this.parameters = new Parameters(props.environment);
    const { environment, runCommand: run } = props;
    const documents = new Documents(props.documents ?? []);
    this.associations = new Associations({ environment, documents, instances: this.instances, run });
    this.sessions = new Sessions({
      environment,
      instances: this.instances,
      documents: props.sessionDocuments ?? new Set(),
    });
    const commands = new Commands({
      environment,
      instances: this.instances,
      run,
      documents,
      ...(props.commandsVisibleAfterMs !== undefined && { visibleAfterMs: props.commandsVisibleAfterMs }),
      ...(props.delivery !== undefined && { delivery: props.delivery }),
    });
    this.operations = {
      ...this.parameters.operations,
      ...commands.operations,
      ...this.associations.operations,
      ...this.sessions.operations,
      describeInstanceInformation: this.describeInstanceInformation,
    };
  }

  private readonly describeInstanceInformation: Operation<
    DescribeInstanceInformationRequest,
    DescribeInstanceInformationResult
  > = {
    needs: () => [
      { action: 'ssm:DescribeInstanceInformation', resources: [arnOf(this.props.environment, 'ssm', '*')] },
    ],
    run: (request) => {
      const matching = this.instances
        .all()
        .map(({ instanceId, agentVersion, platformName }) => ({
          InstanceId: instanceId,
          PingStatus: this.instances.isOnline(instanceId) ? ('Online' as const) : ('ConnectionLost' as const),
          AgentVersion: agentVersion ?? AGENT_VERSION,
          PlatformType: 'Linux' as const,
          PlatformName: platformName ?? 'Amazon Linux',
        }))
        .filter((instance) => (request.Filters ?? []).every(({ Key, Values }) => this.matches(instance, Key, Values)));
      const { items, next } = page(
        matching,
        request.NextToken,
        request.MaxResults ?? 50,
        () => new AwsError('InvalidNextToken'),
      );
      return { InstanceInformationList: [...items], ...(next !== undefined && { NextToken: next }) };
    },
  };

  private matches(instance: InstanceInformation, key = '', values: readonly string[] = []): boolean {
    const id = instance.InstanceId ?? '';
    switch (key) {
      case 'InstanceIds':
        return values.includes(id);
      case 'PingStatus':
        return values.includes(instance.PingStatus ?? '');
      default: {
        if (!key.startsWith('tag:')) {
          throw new AwsError(
            'InvalidFilterKey',
            `The filter key ${key} is not valid here: InstanceIds, PingStatus or tag:<key>.`,
          );
        }
        const tag = this.instances.get(id)?.tags[key.slice('tag:'.length)];
        return tag !== undefined && values.includes(tag);
      }
    }
  }
}
