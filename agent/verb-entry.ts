import type { z } from 'zod';
import type { VerbName, Verbs } from '../contract/agent';
import type { Migration } from './migration';
import type { Verb } from './verb';

/** A verb as people and the state machine call it. */
export interface VerbEntry<V extends VerbName> {
  /** One line of help. */
  readonly summary: string;
  readonly arguments: z.ZodType<Verbs[V]['args']> & { readonly shape: z.ZodRawShape };
  /** Refuses a migration of another kind. */
  readonly run: Verb<Migration, V>;
  /** An execution begins with it, before anything is frozen: configuration and credentials are read anew. */
  readonly begins?: boolean;
  /** Works on the replications of the running service, so that by hand it is asked to do it. */
  readonly inService?: boolean;
}
