import { type AlarmsWorkloadProps, alarms } from './alarms';
import { type AutoScalingGroupWorkloadProps, autoScalingGroup } from './auto-scaling-group';
import { type EcsServiceWorkloadProps, ecsService } from './ecs-service';
import { type EventRuleWorkloadProps, eventRule } from './event-rule';
import { type EventSourceMappingWorkloadProps, eventSourceMapping } from './event-source-mapping';
import { type CommandWorkloadProps, command } from './hosts/host-command';
import { type SupervisorProgramWorkloadProps, supervisorProgram } from './hosts/supervisor-program';
import { type SystemdUnitWorkloadProps, systemdUnit } from './hosts/systemd-unit';
import { type DatadogMonitorsWorkloadProps, datadogMonitors } from './http/datadog-monitors';
import { type HttpHookWorkloadProps, httpHook } from './http/http-hook';
import { type LambdaConcurrencyWorkloadProps, lambdaConcurrency } from './lambda-concurrency';
import { type MaintenanceModeWorkloadProps, maintenanceMode } from './maintenance-mode';
import { ownStateMachine, type StateMachineWorkloadProps } from './own-state-machine';
import { type ScheduleGroupWorkloadProps, type ScheduleWorkloadProps, schedule, scheduleGroup } from './schedule';
import type { IWorkload } from './workload-kind';

export type { AlarmsWorkloadProps } from './alarms';
export type { AutoScalingGroupWorkloadProps } from './auto-scaling-group';
export type { EcsServiceWorkloadProps } from './ecs-service';
export type { EventRuleWorkloadProps } from './event-rule';
export type { EventSourceMappingWorkloadProps } from './event-source-mapping';
export type { CommandWorkloadProps } from './hosts/host-command';
export type { HostWorkloadProps } from './hosts/host-facts';
export type { SupervisorProgramWorkloadProps } from './hosts/supervisor-program';
export type { SystemdUnitWorkloadProps } from './hosts/systemd-unit';
export type { DatadogMonitorsWorkloadProps } from './http/datadog-monitors';
export type { HttpRequest } from './http/http-call';
export type { HttpHookWorkloadProps } from './http/http-hook';
export type { LambdaConcurrencyWorkloadProps } from './lambda-concurrency';
export type { MaintenanceModeWorkloadProps } from './maintenance-mode';
export type { StateMachineWorkloadProps } from './own-state-machine';
export type { ScheduleGroupWorkloadProps, ScheduleWorkloadProps } from './schedule';

/** The kinds of workloads that can be stopped for a switch and put back. */
export class Workload {
  /**
   * An ECS service: its desired count goes to 0 (or to `keepRunning`) and back to what it was; Application Auto Scaling
   * is suspended meanwhile, or it would undo that.
   *
   * @param props the service
   */
  public static ecsService(props: EcsServiceWorkloadProps): IWorkload {
    return ecsService(props);
  }

  /**
   * An EventBridge rule: disabled, and enabled again if it was.
   *
   * @param props the rule
   */
  public static eventRule(props: EventRuleWorkloadProps): IWorkload {
    return eventRule(props);
  }

  /**
   * A Lambda event source mapping, e.g. of a queue or a stream: disabled, and enabled again if it was. Messages wait.
   *
   * @param props the mapping
   */
  public static eventSourceMapping(props: EventSourceMappingWorkloadProps): IWorkload {
    return eventSourceMapping(props);
  }

  /**
   * A Lambda function: its reserved concurrency goes to 0, and back to what it was, or to none. Quiet once the
   * function's time-out has passed.
   *
   * @param props the function
   */
  public static lambdaConcurrency(props: LambdaConcurrencyWorkloadProps): IWorkload {
    return lambdaConcurrency(props);
  }

  /**
   * An EventBridge Scheduler schedule: disabled, and enabled again if it was, with all its other settings as they were.
   *
   * @param props the schedule
   */
  public static schedule(props: ScheduleWorkloadProps): IWorkload {
    return schedule(props);
  }

  /**
   * The schedules of an EventBridge Scheduler group: those that are enabled are disabled, and enabled again.
   *
   * @param props the group
   */
  public static scheduleGroup(props: ScheduleGroupWorkloadProps): IWorkload {
    return scheduleGroup(props);
  }

  /**
   * An EC2 Auto Scaling group: its capacity goes to 0 (or to `keepRunning`) and back, with its scaling suspended
   * meanwhile; or, with `suspendOnly`, nothing but the scaling.
   *
   * @param props the group
   */
  public static autoScalingGroup(props: AutoScalingGroupWorkloadProps): IWorkload {
    return autoScalingGroup(props);
  }

  /**
   * A maintenance page: a rule of an Application Load Balancer's listener that answers chosen paths and hosts with 503.
   *
   * @param props the listener, and what is in maintenance
   */
  public static maintenanceMode(props: MaintenanceModeWorkloadProps): IWorkload {
    return maintenanceMode(props);
  }

  /**
   * CloudWatch alarms: muted by a rule of their own that ends by itself, so that nothing can leave them mute. What was
   * muted before stays muted.
   *
   * @param props the alarms
   */
  public static alarms(props: AlarmsWorkloadProps): IWorkload {
    return alarms(props);
  }

  /**
   * A program under supervisord on EC2 instances: stopped between two of its jobs, with its restarts off, on all hosts
   * but `keepRunning`. A job is a child process of it, other than `sleep`; one that runs is waited for, up to an hour. For
   * a program that always has child processes, e.g. workers of its own, use `command`.
   *
   * @param props the program, and the instances
   */
  public static supervisorProgram(props: SupervisorProgramWorkloadProps): IWorkload {
    return supervisorProgram(props);
  }

  /**
   * A systemd unit on EC2 instances: stopped, and kept from being started by anything else meanwhile, by a drop-in with a
   * condition that never holds.
   *
   * @param props the unit, and the instances
   */
  public static systemdUnit(props: SystemdUnitWorkloadProps): IWorkload {
    return systemdUnit(props);
  }

  /**
   * Anything on EC2 instances that commands of your own stop and start.
   *
   * @param props the commands, and the instances
   */
  public static command(props: CommandWorkloadProps): IWorkload {
    return command(props);
  }

  /**
   * Datadog monitors: muted by downtimes that end by themselves. What was muted before stays muted.
   *
   * @param props the monitors, and who calls Datadog
   */
  public static datadogMonitors(props: DatadogMonitorsWorkloadProps): IWorkload {
    return datadogMonitors(props);
  }

  /**
   * Anything that an HTTP API stops and starts.
   *
   * @param props the requests, and who sends them
   */
  public static httpHook(props: HttpHookWorkloadProps): IWorkload {
    return httpHook(props);
  }

  /**
   * Anything that state machines of your own stop and start.
   *
   * @param props the state machines
   */
  public static stateMachine(props: StateMachineWorkloadProps): IWorkload {
    return ownStateMachine(props);
  }

  private constructor() {}
}
