import type { VerbName, Verbs } from '../contract/agent';
import type { Progress } from '../contract/common';

/** How a running verb speaks to whoever called it: the activity worker's heartbeat, or the progress bar of a shell. */
export interface Report {
  /** Cheap enough to call for every batch; the receiver decides how often it passes it on. */
  progress(progress: Progress): void;
  /** Aborted when nobody waits for the result any more (a lapsed task, Ctrl-C). A verb then ends as soon as it can. */
  readonly signal: AbortSignal;
}

/** A verb that works on `C`: the caches or the databases of the migration. It rejects with an `AgentError`. */
export type Verb<C, V extends VerbName> = (
  context: C,
  args: Verbs[V]['args'],
  report: Report,
) => Promise<Verbs[V]['result']>;
