import type { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Activity } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ApprovalProps } from '../approval/approval';
import type { AgentConfigurationProps } from '../host/agent-configuration';
import type { AgentVerbName, AgentWorker } from '../host/agent-worker';
import type { MigrationHost } from '../host/migration-host';
import type { HostRelay } from '../host/migration-host-props';
import type { Journal } from '../journal/journal';
import type { SideFacts } from '../machine/cutover';
import type { KindFacts } from '../machine/manifest';
import type { ReplicationGraph } from '../monitoring/migration-dashboard';
import type { EncryptedLogs } from '../permissions/log-key';
import type { MigrationOptions } from './options';
import type { Runbook } from './runbook';

/** What a kind of migration is made in, before there is a host. */
export interface KindScope {
  readonly migration: Construct;
  readonly migrationName: string;
  readonly activity: Activity;
  readonly logs: EncryptedLogs;
}

/** What a kind's phases are made with. */
export interface Stage {
  /** Of the states. */
  readonly scope: Construct;
  readonly options: MigrationOptions;
  readonly host: MigrationHost;
  readonly agent: AgentWorker;
  readonly journal: Journal;
  readonly approval: ApprovalProps;
}

/** What tells that a migration itself is not well, beside how its executions end. */
export interface OwnAlarms {
  readonly lag?: Alarm;
  readonly heartbeat: Alarm;
  readonly following?: Alarm;
  readonly relay?: Alarm;
}

/** What caches bring to a migration, and databases: records, alarms, and the phases. All else is the same. */
export interface MigrationKind {
  /** What the agent needs to know of both sides. */
  readonly agent: Omit<AgentConfigurationProps, 'requests'>;
  /** Lists who is connected to a side. */
  readonly clientsVerb: AgentVerbName;
  /** Clients connect to the host. @default - nobody does */
  readonly relay?: HostRelay;
  /** Credentials that the agent reads. */
  readonly secrets: readonly (ISecret | undefined)[];
  readonly blue: SideFacts;
  readonly green: SideFacts;
  readonly alarms: OwnAlarms;
  readonly manifest: KindFacts;
  /** How the replication goes. */
  readonly graphs: readonly ReplicationGraph[];
  /** The longest that each of its own phases may take, where that is not minutes. */
  readonly takes: readonly Duration[];
  /** The same of an errand. @default - there is none */
  readonly errandTakes?: readonly Duration[];

  /** Lets the host reach both sides, and gives the phases in order. */
  runbook(stage: Stage): Runbook;
}
