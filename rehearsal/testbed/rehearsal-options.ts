import type { LivePicture } from '../report/live/live-picture';
import type { LiveView } from '../report/result';
import type { ExecutionListener } from '../states-language';
import type { CheckBehaviours } from './checks/check-behaviours';
import type { InjectedFault } from './faults/injected-fault';
import type { SystemOptions } from './rehearsable';
import type { TraceEntry } from './trace';

export interface RehearsalOptions extends SystemOptions {
  readonly turnsPerSecond: number;
  readonly faults: readonly InjectedFault[];
  /** @default false */
  readonly hurry?: boolean;
  /** Has reads answered as things were a moment before. @default false */
  readonly staleReads?: boolean;
  /** How what checks ask behaves. @default - it works */
  readonly behaviours?: CheckBehaviours;
  /** Milliseconds that the executions may take together. @default - as long as they take */
  readonly limitMs?: number;
  /** Follows every execution, beside the rehearsal itself. @default - nobody does */
  readonly follower?: ExecutionListener;
  /** Whether the rehearsal approves what waits for an approval. @default true */
  readonly approves?: boolean;
  /** Told of every call, state and line of the agent's log. @default - nobody is */
  readonly onTrace?: (entry: TraceEntry) => void;
  readonly onLive: (view: LiveView, picture: () => LivePicture) => void;
  readonly onNote: (line: string) => void;
  readonly signal: AbortSignal;
}
