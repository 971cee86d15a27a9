export type { IMigrationHost, MigrationHostOptions } from './host/migration-host-options';
export type { IMigration } from './migration/migration-interface';
export type { MigrationOptions } from './migration/options';
export { CutoverRecord, type CutoverRecordOptions, type CutoverRecordProps } from './record/cutover-record';
export type { WeightStep } from './weights/canary';
