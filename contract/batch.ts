/** What a deploy tells the program on a batch host. Texts that only the deploy knows are filled in on the host. */
export interface BatchDefinitions {
  /** Name of the host: the dimension `BatchHost` of its metrics. */
  readonly host: string;
  readonly region: string;
  /** Name of the SSM parameter that holds the instance ID of the host that may run jobs. */
  readonly leaseParameter: string;
  /** e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** Whether a job that the host has never seen may run. What has been decided of a job since stays. */
  readonly gate: InitialGate;
  readonly packages: readonly string[];
  /** Shell commands, each run again when its text changes. */
  readonly setup: readonly string[];
  readonly users: readonly BatchUserDefinition[];
  /** Log files that the CloudWatch agent follows, beside those of the jobs. */
  readonly logFiles: readonly LogFileDefinition[];
  /** Log group of the runner's own lines: each run, and what was missed. */
  readonly runsLogGroup: string;
  readonly jobs: readonly BatchJobDefinition[];
}

/** `byHand`: closed, but for a run that somebody starts on the host. */
export type InitialGate = 'open' | 'closed' | 'byHand';

export interface BatchUserDefinition {
  readonly name: string;
  readonly uid?: number;
  readonly groups: readonly string[];
}

export interface LogFileDefinition {
  readonly path: string;
  readonly logGroup: string;
}

export interface BatchJobDefinition {
  readonly name: string;
  /** Five fields, or `@daily` and the like, in cronie's dialect. */
  readonly schedule: string;
  /** Of the schedule. Absent: the host's. */
  readonly timeZone?: string;
  /** For `/bin/sh -c`, in the folder of the app's files. */
  readonly command: string;
  /** What the command reads. */
  readonly standardInput?: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly BatchSecretDefinition[];
  readonly timeoutSeconds?: number;
  readonly overlap: 'skip' | 'queue' | 'allow';
  readonly late: 'each' | 'newest' | 'none';
  readonly idempotent: boolean;
  readonly criterion: BatchCriterionDefinition;
  readonly logGroup: string;
  readonly owner?: string;
  readonly purpose?: string;
}

export interface BatchSecretDefinition {
  /** The variable of the command's environment. */
  readonly variable: string;
  readonly arn: string;
  /** Of the secret's JSON object. Absent: the whole text. */
  readonly field?: string;
}

export interface BatchCriterionDefinition {
  readonly exitCodes: readonly number[];
  /** A regular expression that some line of the run's output must match. */
  readonly logLine?: string;
  /** A command of the job's user that must end with exit code 0 after a run that has. */
  readonly check?: string;
  /** What CloudWatch must show after a run that has. */
  readonly metric?: BatchMetricDefinition;
}

/** Some period of the metric, from that of the slot on, must compare so. */
export interface BatchMetricDefinition {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: string }[];
  readonly statistic: string;
  readonly unit?: string;
  readonly periodSeconds: number;
  readonly comparison: BatchComparison;
  readonly threshold: number;
  /** How long that may take after the run. */
  readonly withinSeconds: number;
}

/** As CloudWatch writes them of an alarm. */
export type BatchComparison =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

/** In the place of a text that only the deploy knows: the number of the text among those that come with the deploy. */
export interface Binding {
  readonly binding: number;
}

/** CloudWatch's namespace of what a batch host measures. */
export const BATCH_NAMESPACE = 'CdkCutover';

/** Metrics of a host (dimension `BatchHost`), and of a job where it is not 0 (dimensions `BatchHost` and `Job`). */
export const BATCH_METRICS = {
  /** Runs that ended badly, or died. */
  failed: 'BatchFailed',
  /** Slots that nothing was started for. */
  missed: 'BatchMissed',
  /** Runs that reached their time-out, or the next slot. */
  tooLong: 'BatchTooLong',
  /** Once a minute, from the host that holds the lease. */
  heartbeat: 'BatchHeartbeat',
  /** Of the disk that the ledger is on. */
  diskUsed: 'BatchDiskUsed',
} as const;
