import type { Assembly } from '../assembly';
import { AutoScaling } from '../aws/auto-scaling/auto-scaling';
import { groupOf } from '../aws/auto-scaling/group-of-assembly';
import type { CloudWatch } from '../aws/cloudwatch/cloudwatch';
import type { Ecs } from '../aws/ecs/ecs';
import { ElasticLoadBalancing } from '../aws/elastic-load-balancing/elastic-load-balancing';
import { attributesOf, listenerOf, ruleOf } from '../aws/elastic-load-balancing/listener-of-assembly';
import type { AwsEnvironment } from '../aws/environment';
import type { EventBridge } from '../aws/eventbridge/eventbridge';
import { eventRule } from '../aws/eventbridge/rules-of-assembly';
import { Lambda } from '../aws/lambda/lambda';
import { mappingOf } from '../aws/lambda/mapping-of-assembly';
import { scheduleOf } from '../aws/scheduler/schedule-of-assembly';
import { Scheduler } from '../aws/scheduler/scheduler';
import type { AwsService } from '../aws/service';
import { observedStates, type PlacedWorkload, workloadsIn } from '../workloads/kinds';
import type { WorkloadAccount } from '../workloads/rehearsed-kind';
import type { StoppedWorkload } from './migration';

export interface WorkloadServicesProps {
  readonly environment: AwsEnvironment;
  readonly assembly: Assembly;
  readonly workloads: readonly StoppedWorkload[];
  readonly ecs: Ecs;
  readonly eventBridge: EventBridge;
  readonly cloudwatch: CloudWatch;
}

/** Seconds and minutes on AWS; here long enough to be waited for. Milliseconds. */
const MAPPING_CHANGE = 1_000;
const INSTANCE_CHANGE = 2_000;

/** The services whose resources the state machine stops: all of the assembly's there, and what it imports. */
export class WorkloadServices {
  readonly lambda: Lambda;
  readonly scheduler: Scheduler;
  readonly autoScaling: AutoScaling;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
  private readonly workloads: readonly PlacedWorkload<'account'>[];

  constructor(private readonly props: WorkloadServicesProps) {
    const { environment, workloads } = props;
    this.lambda = new Lambda({ environment, mappingChangeMs: MAPPING_CHANGE });
    this.scheduler = new Scheduler({ environment });
    this.autoScaling = new AutoScaling({
      environment,
      launchMs: INSTANCE_CHANGE,
      terminateMs: INSTANCE_CHANGE,
    });
    this.elasticLoadBalancing = new ElasticLoadBalancing({ environment });
    this.workloads = workloadsIn('account', workloads);
    for (const { workload, kind } of this.workloads) kind.deploy(workload, this.account);
    // After the imported ones: what the app itself makes is as the app says.
    this.deployAssembly();
  }

  /** All but those that an account has without workloads too. */
  get services(): readonly AwsService[] {
    return [this.props.eventBridge, this.lambda, this.scheduler, this.autoScaling, this.elasticLoadBalancing];
  }

  /** The observed state of every workload of these services: what a migration changes and must put back. */
  observe(): Readonly<Record<string, string>> {
    return observedStates(this.workloads, ({ workload, kind }) => kind.observe(workload, this.account));
  }

  private get account(): WorkloadAccount {
    const { lambda, scheduler, autoScaling, elasticLoadBalancing } = this;
    return { ...this.props, lambda, scheduler, autoScaling, elasticLoadBalancing };
  }

  private deployAssembly(): void {
    const { assembly, eventBridge } = this.props;
    for (const rule of assembly.resources('AWS::Events::Rule')) eventBridge.addRule(eventRule(rule));
    for (const group of assembly.resources('AWS::Scheduler::ScheduleGroup')) {
      this.scheduler.schedules.addGroup(String(group.physicalId));
    }
    for (const schedule of assembly.resources('AWS::Scheduler::Schedule')) {
      this.scheduler.schedules.add(scheduleOf(schedule));
    }
    for (const handler of assembly.resources('AWS::Lambda::Function')) {
      const reserved = handler.property('ReservedConcurrentExecutions');
      const timeout = handler.property('Timeout');
      this.lambda.functions.add(
        String(handler.physicalId),
        reserved === undefined ? undefined : Number(reserved),
        timeout === undefined ? undefined : Number(timeout),
      );
    }
    for (const mapping of assembly.resources('AWS::Lambda::EventSourceMapping')) {
      this.lambda.mappings.add(mappingOf(mapping));
    }
    for (const group of assembly.resources('AWS::AutoScaling::AutoScalingGroup')) {
      this.autoScaling.addGroup(groupOf(group));
    }
    for (const group of assembly.resources('AWS::ElasticLoadBalancingV2::TargetGroup')) {
      this.elasticLoadBalancing.addTargetGroup(String(group.physicalId), attributesOf(group));
    }
    this.deployListeners();
  }

  private deployListeners(): void {
    const { assembly } = this.props;
    for (const resource of assembly.resources('AWS::ElasticLoadBalancingV2::Listener')) {
      const listener = listenerOf(resource);
      if (listener !== undefined) this.elasticLoadBalancing.addListener(listener);
    }
    for (const resource of assembly.resources('AWS::ElasticLoadBalancingV2::ListenerRule')) {
      const { listenerArn, ...rule } = ruleOf(resource);
      this.elasticLoadBalancing.listeners.addRule(listenerArn, rule);
    }
  }
}
