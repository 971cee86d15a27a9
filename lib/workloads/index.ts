export * from './workload';
export type { IWorkload, WorkloadProps } from './workload-kind';
