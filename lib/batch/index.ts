export { BatchCriterion } from './batch-criterion';
export { BatchCrontab, type BatchCrontabProps } from './batch-crontab';
export { BatchHost } from './batch-host';
export type { BatchHostProps, BatchLogFile, BatchUser } from './batch-host-props';
export { BatchDecision, type BatchJob, type BatchJobOptions, BatchLate, BatchOverlap } from './batch-job';
export { BatchSecret } from './batch-secret';
