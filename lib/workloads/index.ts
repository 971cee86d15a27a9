export type { EcsServiceWorkloadProps } from './ecs-service';
export { Workload } from './workload';
