import type { z } from 'zod';
import type { CheckVerbs, VerbName } from '../contract/agent';
import type { MigrationConfiguration } from './reach';
import type { Sides, SidesProps } from './sides';
import type { VerbEntry } from './verb';

/** A kind of servers that the agent migrates: all that is known of it outside its own folder. */
export interface Engine<S extends Sides = Sides, C extends MigrationConfiguration = MigrationConfiguration> {
  /** Its verbs' names begin with it. */
  readonly name: string;
  /** What its migrations are of, as messages say it: `caches`. */
  readonly sides: string;
  /** The `kind` of its configurations. Engines of one kind have them alike. */
  readonly kind: C['kind'];
  readonly configuration: z.ZodType<C>;
  /** The `engine` of the sides that it speaks to. */
  readonly speaks: readonly string[];
  /** In the order in which a cutover needs them. */
  readonly verbs: { readonly [V in VerbName]?: VerbEntry<V, S> };
  /** Of the side that serves. */
  readonly checks: { readonly [V in keyof CheckVerbs]?: VerbEntry<V, S> };
  /** Rejects with an `AgentError`. */
  open(props: SidesProps, configuration: C): Promise<S>;
}
