import type { z } from 'zod';
import type { VerbName, Verbs } from '../contract/agent';
import type { Progress } from '../contract/common';
import type { Sides } from './sides';

/** How a running verb speaks to anyone who called it: the activity worker's heartbeat, or the progress bar of a shell. */
export interface Report {
  /** Cheap enough to call for every batch; the receiver decides how often it passes it on. */
  progress(progress: Progress): void;
  /** Aborted when nobody waits for the result any more (a lapsed task, Ctrl-C). A verb then ends as soon as it can. */
  readonly signal: AbortSignal;
}

/** A verb that works on `C`: the two sides of the migration. It rejects with an `AgentError`. */
export type Verb<C, V extends VerbName> = (
  context: C,
  args: Verbs[V]['args'],
  report: Report,
) => Promise<Verbs[V]['result']>;

/** A verb as people and the state machine call it. */
export interface VerbEntry<V extends VerbName, S = Sides> {
  /** One line of help. */
  readonly summary: string;
  readonly arguments: z.ZodType<Verbs[V]['args']> & { readonly shape: z.ZodRawShape };
  /** An execution begins with it, before anything is frozen: configuration and credentials are read again. */
  readonly begins?: boolean;
  /**
   * Works on the replications or the relay of the running service, so that by hand it is asked to do it. `where it runs`: by
   * hand it is done without a service too, which then has neither.
   */
  readonly inService?: boolean | 'where it runs';
  run(sides: S, args: Verbs[V]['args'], report: Report): Promise<Verbs[V]['result']>;
}
