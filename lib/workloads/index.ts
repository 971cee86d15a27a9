export type { AlarmsWorkloadProps } from './alarms';
export type { AutoScalingGroupWorkloadProps } from './auto-scaling-group';
export type { EcsServiceWorkloadProps } from './ecs-service';
export type { EventRuleWorkloadProps } from './event-rule';
export type { EventSourceMappingWorkloadProps } from './event-source-mapping';
export type { LambdaConcurrencyWorkloadProps } from './lambda-concurrency';
export type { MaintenanceModeWorkloadProps } from './maintenance-mode';
export type { ScheduleGroupWorkloadProps, ScheduleWorkloadProps } from './schedule';
export { Workload } from './workload';
