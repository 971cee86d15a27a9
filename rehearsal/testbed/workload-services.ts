import { groupOf } from '../aws/auto-scaling/group-of-assembly';
import { attributesOf, listenerOf, ruleOf } from '../aws/elastic-load-balancing/listener-of-assembly';
import { eventRule } from '../aws/eventbridge/rules-of-assembly';
import { mappingOf } from '../aws/lambda/mapping-of-assembly';
import { scheduleOf } from '../aws/scheduler/schedule-of-assembly';
import type { AwsService } from '../aws/service';
import { observedStates, type PlacedWorkload, workloadsIn } from '../workloads/kinds';
import {
  type AccountWithoutWorkloads,
  type ServicesOfWorkloads,
  servicesOfWorkloads,
  type WorkloadAccount,
} from '../workloads/workload-account';
import type { StoppedWorkload } from './migration';

export interface WorkloadServicesProps extends AccountWithoutWorkloads {
  readonly workloads: readonly StoppedWorkload[];
}

/** The services whose resources the state machine stops: all of the assembly's there, and what it imports. */
export class WorkloadServices {
  private readonly own: ServicesOfWorkloads;
  private readonly account: WorkloadAccount;
  private readonly workloads: readonly PlacedWorkload<'account'>[];

  constructor({ workloads, ...account }: WorkloadServicesProps) {
    this.own = servicesOfWorkloads(account.environment);
    this.account = { ...account, ...this.own };
    this.workloads = workloadsIn('account', workloads);
    for (const { workload, kind } of this.workloads) kind.deploy(workload, this.account);
    // After the imported ones: what the app itself makes is as the app says.
    this.deployAssembly();
  }

  /** All but those that an account has without workloads too. */
  get services(): readonly AwsService[] {
    return [this.account.eventBridge, ...Object.values(this.own)];
  }

  /** The observed state of every workload of these services: what a migration changes and must put back. */
  observe(): Readonly<Record<string, string>> {
    return observedStates(this.workloads, ({ workload, kind }) => kind.observe(workload, this.account));
  }

  private deployAssembly(): void {
    const { assembly, eventBridge, scheduler, lambda, autoScaling, elasticLoadBalancing } = this.account;
    for (const rule of assembly.resources('AWS::Events::Rule')) eventBridge.addRule(eventRule(rule));
    for (const group of assembly.resources('AWS::Scheduler::ScheduleGroup')) {
      scheduler.schedules.addGroup(String(group.physicalId));
    }
    for (const schedule of assembly.resources('AWS::Scheduler::Schedule')) {
      scheduler.schedules.add(scheduleOf(schedule));
    }
    for (const handler of assembly.resources('AWS::Lambda::Function')) {
      const reserved = handler.property('ReservedConcurrentExecutions');
      const timeout = handler.property('Timeout');
      lambda.functions.add(
        String(handler.physicalId),
        reserved === undefined ? undefined : Number(reserved),
        timeout === undefined ? undefined : Number(timeout),
      );
    }
    for (const mapping of assembly.resources('AWS::Lambda::EventSourceMapping')) {
      lambda.mappings.add(mappingOf(mapping));
    }
    for (const group of assembly.resources('AWS::AutoScaling::AutoScalingGroup')) {
      autoScaling.addGroup(groupOf(group));
    }
    for (const group of assembly.resources('AWS::ElasticLoadBalancingV2::TargetGroup')) {
      elasticLoadBalancing.addTargetGroup(String(group.physicalId), attributesOf(group));
    }
    this.deployListeners();
  }

  private deployListeners(): void {
    const { assembly, elasticLoadBalancing } = this.account;
    for (const resource of assembly.resources('AWS::ElasticLoadBalancingV2::Listener')) {
      const listener = listenerOf(resource);
      if (listener !== undefined) elasticLoadBalancing.addListener(listener);
    }
    for (const resource of assembly.resources('AWS::ElasticLoadBalancingV2::ListenerRule')) {
      const { listenerArn, ...rule } = ruleOf(resource);
      elasticLoadBalancing.listeners.addRule(listenerArn, rule);
    }
  }
}
