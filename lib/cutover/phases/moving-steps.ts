import type { ClientIngress } from '../client-ingress/client-ingress';
import type { IngressComparison } from '../client-ingress/ingress-comparison';
import type { AgentVerbName } from '../host/agent-worker';
import type { MigrationSteps } from '../migration/steps';
import type { RecordSteps } from '../weights/record-steps';

type VerbTo<What extends string> = Extract<AgentVerbName, `${string}.${What}`>;

/** What the agent is asked where a record alone is moved. */
export interface SwitchPlane {
  /** Fails where a side does not answer. */
  readonly alive: VerbTo<'clients' | 'alive'>;
  /** Names who is connected. */
  readonly clients: VerbTo<'clients' | 'connections'>;
}

/** What the agent is asked, of whatever holds the data that is moved. */
export interface DataPlane extends SwitchPlane {
  readonly evict: VerbTo<'evict'>;
  readonly drain: VerbTo<'drain'>;
}

/** What the phases are made with that move clients by a record. */
export interface SwitchingSteps extends MigrationSteps {
  readonly plane: SwitchPlane;
  readonly record: RecordSteps;
  readonly ingress: ClientIngress;
  readonly ingressComparison: IngressComparison;
}

/** The same where data moves with them, from one client ingress to the other. */
export interface MovingSteps extends SwitchingSteps {
  readonly plane: DataPlane;
}
