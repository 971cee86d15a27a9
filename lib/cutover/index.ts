export type { WeightStep } from './canary';
export { type CheckProps, CheckTime, type ICheck } from './check';
export { CutoverRecord, type CutoverRecordOptions, type CutoverRecordProps } from './cutover-record';
export type { MigrationOptions } from './migration/options';
export { MigrationHost, type MigrationHostOptions, type MigrationHostProps } from './migration-host';
export type { IWorkload, WorkloadProps } from './workload';
