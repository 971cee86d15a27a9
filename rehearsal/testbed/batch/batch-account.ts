import type { Assembly } from '../../assembly';
import { CallJournal, type JournalEntry } from '../../aws/call-journal';
import { CloudFormation } from '../../aws/cloudformation';
import { CloudWatch } from '../../aws/cloudwatch/cloudwatch';
import { ControlPlane } from '../../aws/control-plane';
import { Ec2 } from '../../aws/ec2/ec2';
import type { AwsEnvironment } from '../../aws/environment';
import { EventBridge } from '../../aws/eventbridge/eventbridge';
import type { FaultHook } from '../../aws/faults';
import { Identifiers } from '../../aws/identifiers';
import { ruleTarget } from '../../aws/integration/rule-target';
import { keysOf } from '../../aws/kms/keys-of-assembly';
import { Kms } from '../../aws/kms/kms';
import { type AssumedBy, assumeRole, type Principal, parseStatement } from '../../aws/policy';
import { SecretsManager } from '../../aws/secrets-manager';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import { Sfn } from '../../aws/sfn/sfn';
import { tagsOf } from '../../aws/sfn/tags';
import { Sns, topicsOf } from '../../aws/sns';
import { associationsOf } from '../../aws/ssm/associations';
import type { CommandInvocationsProps, CommandRunner } from '../../aws/ssm/command-invocations';
import { documentsOf } from '../../aws/ssm/documents';
import type { ManagedInstance } from '../../aws/ssm/managed-instances';
import { Ssm } from '../../aws/ssm/ssm';
import { Sts } from '../../aws/sts';
import type { HostsClock } from '../../hosts/isolated/hosts-clock';

export interface BatchAccountProps {
  readonly assembly: Assembly;
  readonly account: string;
  readonly region: string;
  readonly seed: string;
  readonly clock: HostsClock;
  readonly instances: readonly ManagedInstance[];
  readonly runCommand: CommandRunner;
  readonly runner: StateMachineRunner;
  readonly delivery: NonNullable<CommandInvocationsProps['delivery']>;
  readonly faults: FaultHook;
  readonly onCall: (entry: JournalEntry) => void;
}

/** The AWS account that a batch host stands in: all of the assembly deployed, its time that of the hosts. */
export class BatchAccount {
  readonly environment: AwsEnvironment;
  readonly controlPlane: ControlPlane;
  readonly ssm: Ssm;
  readonly sfn: Sfn;
  readonly secrets: SecretsManager;
  readonly cloudwatch: CloudWatch;
  readonly eventBridge: EventBridge;
  /** Who deploys and starts executions: may do everything. */
  readonly operator: Principal;

  constructor(private readonly props: BatchAccountProps) {
    const { assembly, account, region, clock, instances, runner, delivery, faults, onCall } = props;
    this.environment = { account, region, clock, ids: new Identifiers(props.seed) };
    const { environment } = this;
    const keys = keysOf(assembly, account);
    const documents = documentsOf(assembly);
    this.ssm = new Ssm({ environment, documents, runCommand: props.runCommand, delivery });
    const ec2 = new Ec2(environment);
    for (const instance of instances) {
      this.ssm.instances.register(instance);
      ec2.instances.add(instance);
    }
    this.sfn = new Sfn({ environment, activityArns: [], tags: tagsOf(assembly), runner });
    this.secrets = new SecretsManager(environment);
    this.cloudwatch = new CloudWatch(environment);
    this.eventBridge = new EventBridge({
      environment,
      invoke: (...sent) => ruleTarget(this.controlPlane, assembly, (...session) => this.principal(...session))(...sent),
    });
    this.controlPlane = new ControlPlane({
      environment,
      keys,
      faults,
      journal: new CallJournal(onCall),
      services: [
        this.ssm,
        ec2,
        this.sfn,
        this.secrets,
        this.cloudwatch,
        this.eventBridge,
        new CloudFormation({ environment, assembly }),
        new Sts(environment),
        new Kms(environment, keys),
        new Sns({ environment, topics: topicsOf(assembly), keys }),
      ],
    });
    this.operator = {
      arn: `arn:aws:sts::${account}:assumed-role/Operator/rehearsal`,
      roleArn: `arn:aws:iam::${account}:role/Operator`,
      statements: [parseStatement({ Effect: 'Allow', Action: '*', Resource: '*' })],
    };
  }

  principal(roleArn: string, session: string, by: AssumedBy): Principal {
    return assumeRole(this.props.assembly.role(roleArn), session, by);
  }

  asOperator(service: string, action: string, input: Record<string, unknown>): Promise<object> {
    return this.controlPlane.call({ service, action, arguments: input, principal: this.operator });
  }

  /** Parameters; then associations, for which a deploy waits. */
  async deploy(): Promise<void> {
    const { assembly } = this.props;
    for (const parameter of assembly.resources('AWS::SSM::Parameter')) {
      await this.asOperator('ssm', 'putParameter', {
        Name: String(parameter.property('Name')),
        Type: 'String',
        Tier: parameter.property('Tier') ?? 'Standard',
        Value: String(parameter.property('Value')),
      });
    }
    for (const association of associationsOf(assembly)) await this.ssm.associations.deploy(association);
  }

  stop(): void {
    this.ssm.associations.stop();
  }
}
