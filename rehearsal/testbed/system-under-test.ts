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
  /** Told when a server has died that comes back. */
  readonly crashed: () => void;
}

/** What is rehearsed: both sides as real servers, and all that depends on what they are. One class a kind. */
export interface SystemUnderTest extends Endpoints {
  /** e.g. `200,000 keys`: what blue holds before anything begins. */
  readonly contents: string;
  /** Of what a comparison has so many. */
  readonly compares: 'keys' | 'rows';
  /** Whether the agent is told names of endpoints, which the rehearsal's name server knows and the machine's does not. */
  readonly namesEndpoints: boolean;
  /** What was put into the definition in place of what the app says, for people. Absent: nothing was. */
  readonly replaced?: string | undefined;
  /** Authorities that the agent must know beside its own; PEM. Absent: none. */
  readonly authority?: string | undefined;
  /** e.g. `Redis 6.0.16`, `MariaDB 10.11.14 for mysql 5.7.44`. */
  title(side: Side): string;
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
  /** Of 100 clients who write, how many each side is given now. */
  weights(account: WeighedRecords): Readonly<Record<Side, number>>;
  /** Who readers are sent to by a name of their own; absent where they have none. */
  readersOn(account: WeighedRecords): Side | 'both' | undefined;
  /** What a migration may change of this kind's own, and must put back; name to value. */
  observe(): Readonly<Record<string, string>>;
  answers(side: Side): Promise<boolean>;
  /**
   * Whether the side that clients are not on follows the other: only then the two can be equal.
   *
   * @param phases - as they ran
   */
  follows(other: Side, phases: readonly PhaseRun[]): Promise<boolean>;
  compare(): Promise<Comparison>;
  /** What of it CloudWatch has before the migration. Absent: nothing that matters. */
  measure?(cloudwatch: CloudWatch): void;
  /** Inject the faults of this kind alone. Each resolves when all has happened that comes of it by itself. */
  readonly faults: Readonly<Partial<Record<FaultKind, (context: FaultContext) => Promise<void>>>>;
  /** Ends a side's server as a failure would. */
  kill(side: Side): Promise<void>;
  stop(): Promise<void>;
}
