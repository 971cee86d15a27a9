export { MigrationHost, type MigrationHostOptions, type MigrationHostProps } from './host/migration-host';
export type { MigrationOptions } from './migration/options';
export { CutoverRecord, type CutoverRecordOptions, type CutoverRecordProps } from './record/cutover-record';
export type { WeightStep } from './weights/canary';
