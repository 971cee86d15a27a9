import type {
  AssociationDescription,
  DescribeAssociationRequest,
  DescribeAssociationResult,
} from '@aws-sdk/client-ssm';
import type { Assembly, Resource } from '../../assembly';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import type { Operation } from '../service';
import type { CommandOutcome, CommandRunner } from './command-invocations';
import { parameterValues } from './document-parameters';
import type { Documents } from './documents';
import { AGENT_VERSION, type ManagedInstances } from './managed-instances';
import { shellScript } from './shell-script';

/** What State Manager sees to of a host (AWS::SSM::Association). */
export interface Association {
  readonly id: string;
  readonly documentName: string;
  readonly instanceIds: readonly string[];
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** `rate(30 minutes)`. Undefined: only when it is deployed. */
  readonly everyMs: number | undefined;
}

export interface AssociationsProps {
  readonly environment: AwsEnvironment;
  readonly documents: Documents;
  readonly instances: ManagedInstances;
  readonly run: CommandRunner;
}

type Status = 'Pending' | 'Success' | 'Failed';

/** State Manager: runs documents on hosts when they are deployed, and again at a rate. */
export class Associations {
  private readonly known = new Map<string, { readonly association: Association; status: Status }>();
  private readonly ending = new AbortController();
  /** How often each has run. */
  readonly runs: { readonly association: string; readonly at: number; readonly outcome: CommandOutcome }[] = [];

  constructor(private readonly props: AssociationsProps) {}

  /** As CloudFormation deploys it: resolves when it has succeeded. @throws Error with what the host has said */
  async deploy(association: Association): Promise<void> {
    this.known.set(association.id, { association, status: 'Pending' });
    const outcome = await this.apply(association);
    if (outcome.exitCode !== 0) {
      throw new Error(
        `The association ${association.id} has failed on ${association.instanceIds.join(', ')}: ${outcome.stderr.trim() || outcome.stdout.trim()}`,
      );
    }
    if (association.everyMs !== undefined) void this.repeat(association, association.everyMs);
  }

  stop(): void {
    this.ending.abort();
  }

  readonly operations = {
    describeAssociation: {
      needs: ({ AssociationId: id = '' }) => [
        {
          action: 'ssm:DescribeAssociation',
          resources: [arnOf(this.props.environment, 'ssm', `association/${id}`)],
        },
      ],
      run: ({ AssociationId: id = '' }) => ({ AssociationDescription: this.describe(id) }),
    } satisfies Operation<DescribeAssociationRequest, DescribeAssociationResult>,
  };

  private async repeat(association: Association, everyMs: number): Promise<void> {
    for (;;) {
      await this.props.environment.clock.sleep(everyMs, this.ending.signal);
      if (this.ending.signal.aborted) return;
      // A host that is down has it when it is up again, at the next time. Until then the association has failed.
      await this.apply(association).catch((error: unknown) => {
        const stderr = error instanceof Error ? error.message : String(error);
        this.ran(association, { exitCode: 1, stdout: '', stderr });
      });
    }
  }

  private async apply(association: Association): Promise<CommandOutcome> {
    const { environment, documents, instances, run } = this.props;
    const document = documents.require(association.documentName);
    const values = parameterValues(document, association.parameters);
    let outcome: CommandOutcome = { exitCode: 0, stdout: '', stderr: '' };
    for (const instanceId of association.instanceIds) {
      const instance = instances.get(instanceId) ?? { instanceId, tags: {} };
      const script = shellScript(document, values, instance.agentVersion ?? AGENT_VERSION);
      const commandId = environment.ids.uuid();
      const order = {
        commandId,
        instance,
        documentName: document.name,
        parameters: association.parameters,
        script,
      };
      const ended = await run(order, this.ending.signal);
      if (ended.exitCode !== 0) outcome = ended;
    }
    this.ran(association, outcome);
    return outcome;
  }

  private ran({ id }: Association, outcome: CommandOutcome): void {
    this.runs.push({ association: id, at: this.props.environment.clock.now(), outcome });
    const known = this.known.get(id);
    if (known !== undefined) known.status = outcome.exitCode === 0 ? 'Success' : 'Failed';
  }

  private describe(id: string): AssociationDescription {
    const known = this.known.get(id);
    if (known === undefined) throw new AwsError('AssociationDoesNotExist');
    return {
      AssociationId: id,
      Name: known.association.documentName,
      Targets: [{ Key: 'InstanceIds', Values: [...known.association.instanceIds] }],
      Overview: { Status: known.status },
    };
  }
}

/** @throws Error naming what is not supported here */
export function associationsOf(assembly: Pick<Assembly, 'resources'>): readonly Association[] {
  return assembly.resources('AWS::SSM::Association').map(readAssociation);
}

function readAssociation(resource: Resource): Association {
  const where = `The association ${resource.stackName}/${resource.logicalId}`;
  const targets = listOf(resource.property('Targets'));
  const [target] = targets.map((each) => each as { readonly Key?: unknown; readonly Values?: unknown });
  if (targets.length !== 1 || target?.Key !== 'InstanceIds') {
    throw new Error(`${where} has other targets than InstanceIds, which are not supported here.`);
  }
  const expression = resource.property('ScheduleExpression');
  return {
    id: `${resource.stackName}-${resource.logicalId}`,
    documentName: String(resource.property('Name')),
    instanceIds: listOf(target.Values).map(String),
    parameters: Object.fromEntries(
      Object.entries((resource.property('Parameters') ?? {}) as object).map(([name, value]) => [
        name,
        listOf(value).map(String),
      ]),
    ),
    everyMs: expression === undefined ? undefined : rateMs(String(expression), where),
  };
}

function rateMs(expression: string, where: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 1_440 }[unit];
  if (count === undefined || minutes === undefined) {
    throw new Error(`${where} has the schedule ${expression}, which is not supported here; rates are.`);
  }
  return Number(count) * minutes * 60_000;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
