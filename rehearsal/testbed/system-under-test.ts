import type { CloudWatch } from '../aws/cloudwatch/cloudwatch';
import type { AwsEnvironment } from '../aws/environment';
import type { AwsService } from '../aws/service';
import type { ClientLoad } from '../clients/load';
import type { ClientFigures, PhaseRun, Side } from '../report/result';
import type { FaultKind } from './faults/kinds';
import type { MovedRecord } from './migration';
import type { Endpoints, ServerName, TestbedNetwork } from './testbed-network';

/** Clients, and what they lost. */
export interface JudgedLoad {
  readonly clients: ClientLoad;
  /**
   * Compares what was acknowledged to them with what stands on the side that serves.
   *
   * @param phases as they ran; none by hand
   * @param startedAt when the rehearsal began, which their times count from: epoch milliseconds
   * @throws while they still run
   */
  judge(serving: Side, phases: readonly PhaseRun[], startedAt: number): Promise<ClientFigures>;
}

/** Blue against green, each row or key of it. */
export interface Comparison {
  /** So many of them. */
  readonly compared: number;
  readonly mismatches: number;
  /** The first difference, for people. */
  readonly example?: string;
}

export interface LoadSettings {
  readonly seed: string;
  /** Of all clients together. */
  readonly turnsPerSecond: number;
}

/** Records with their weights, as the name servers answer with them. */
export interface WeighedRecords {
  weights(record: MovedRecord): Readonly<Record<Side, number>>;
}

/** Where a client connects, and from where. */
export interface Visit {
  readonly address: string;
  /** The name that the address belongs to. */
  readonly target: string;
  readonly port: number;
  readonly localAddress: string;
  /** Nobody else uses it. */
  readonly token: string;
}

/** What a fault that is injected is given. */
export interface FaultContext {
  /** Ends what goes on. */
  readonly signal: AbortSignal;
  /** Aborted once the operator has fixed the causes, and at the end. */
  readonly fixed: AbortSignal;
  /** Told when a server has died that comes back. */
  readonly crashed: () => void;
}

/** What only some kinds of system have. */
export interface Capabilities {
  /** Whether the agent is told names of endpoints, which the rehearsal's name server knows and the machine's does not. */
  readonly namesEndpoints?: boolean;
  /** What was put into the definition in place of what the app says, for people. Absent: nothing was. */
  readonly replaced?: string | undefined;
  /** Authorities that the agent must know beside its own; PEM. */
  readonly authority?: string | undefined;
  /** Faults of this kind alone. Each resolves when all has happened that comes of it by itself. */
  readonly faults?: Readonly<Partial<Record<FaultKind, (context: FaultContext) => Promise<void>>>>;
  /** The side that readers' own name leads to; undefined where readers have no name of their own. */
  readersOn?(account: WeighedRecords): Side | 'both' | undefined;
  /** What a migration may change of the system itself, and must restore; name to value. */
  observe?(): Readonly<Record<string, string>>;
  /** Publishes the metrics that CloudWatch has before the migration. */
  measure?(cloudwatch: CloudWatch): void;
}

/** What is rehearsed: both sides as real servers, and all that depends on what they are. One class a kind. */
export interface SystemUnderTest extends Endpoints, Capabilities {
  /** e.g. `200,000 keys`: what blue holds before anything begins. */
  readonly contents: string;
  /** What a comparison counts. */
  readonly compares: 'keys' | 'rows';
  /** e.g. `Redis 6.0.16`, `MariaDB 10.11.14 for mysql 5.7.44`. */
  title(side: Side): string;
  /** A command by which a person connects to a side's server, e.g. `redis-cli -h 127.0.0.1 -p 35001`. */
  shell(side: Side): string;
  /** The services of AWS that only this kind needs, with what the deploy made in them. */
  services(environment: AwsEnvironment): readonly AwsService[];
  /**
   * The configuration as a deploy would write it, but for what stands in for something else here.
   *
   * @param addressOf - where the agent finds a side: it asks the machine's resolver and not the rehearsal's
   */
  configuration(addressOf: (server: ServerName) => string): string;
  startClients(network: TestbedNetwork, options: LoadSettings): Promise<JudgedLoad>;
  /** Connects, signs in and has something answered, as an application does for a page. @throws where it is not */
  visit(visit: Visit): Promise<void>;
  /** Of 100 clients that write, how many are given each side now. */
  weights(account: WeighedRecords): Readonly<Record<Side, number>>;
  answers(side: Side): Promise<boolean>;
  /**
   * Whether the side that clients are not on follows the other: only then can the two be equal.
   *
   * @param phases - as they ran
   */
  follows(other: Side, phases: readonly PhaseRun[]): Promise<boolean>;
  compare(): Promise<Comparison>;
  /** Ends a side's server as a failure would. */
  kill(side: Side): Promise<void>;
  stop(): Promise<void>;
}
