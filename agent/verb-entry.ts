import type { z } from 'zod';
import type { VerbName, Verbs } from '../contract/agent';
import type { Sides } from './sides';
import type { Report } from './verb';

/** A verb as people and the state machine call it. */
export interface VerbEntry<V extends VerbName, S = Sides> {
  /** One line of help. */
  readonly summary: string;
  readonly arguments: z.ZodType<Verbs[V]['args']> & { readonly shape: z.ZodRawShape };
  /** An execution begins with it, before anything is frozen: configuration and credentials are read anew. */
  readonly begins?: boolean;
  /** Works on the replications of the running service, so that by hand it is asked to do it. */
  readonly inService?: boolean;
  run(sides: S, args: Verbs[V]['args'], report: Report): Promise<Verbs[V]['result']>;
}
