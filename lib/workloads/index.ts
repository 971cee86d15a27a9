export type { EcsServiceWorkloadProps } from './ecs-service';
export type { EventRuleWorkloadProps } from './event-rule';
export type { EventSourceMappingWorkloadProps } from './event-source-mapping';
export type { LambdaConcurrencyWorkloadProps } from './lambda-concurrency';
export { Workload } from './workload';
