import type { VerbName } from '../contract/agent';
import { checkVerbs } from './checks/verbs';
import type { Engine } from './engine';
import { engines } from './engines';
import type { VerbEntry } from './verb';

type Entries = { readonly [V in VerbName]: VerbEntry<V> };

/** Every verb the agent has, by engine and in the order in which a cutover needs them. */
export const verbs: Entries = Object.assign(
  {},
  ...engines.map((engine) => engine.verbs),
  checkVerbs,
  ...engines.map(({ checks }) => checks),
);

export const verbNames = Object.keys(verbs) as readonly VerbName[];

/** The verb on migrations of this engine, which may have none of that name. */
export function verbOf<V extends VerbName>(engine: Engine, verb: V): VerbEntry<V> | undefined {
  const entries: Partial<Entries> = { ...engine.verbs, ...checkVerbs, ...engine.checks };
  return entries[verb];
}
