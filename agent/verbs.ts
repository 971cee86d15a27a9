import type { VerbName } from '../contract/agent';
import { checkVerbs } from './checks/verbs';
import { mysqlVerbs } from './mysql/verbs';
import { postgresVerbs } from './postgres/verbs';
import { redisVerbs } from './redis/verbs';
import type { VerbEntry } from './verb-entry';

/** Every verb the agent has, by engine and in the order in which a cutover needs them. */
export const verbs: { readonly [V in VerbName]: VerbEntry<V> } = {
  ...redisVerbs,
  ...mysqlVerbs,
  ...postgresVerbs,
  ...checkVerbs,
};

export const verbNames = Object.keys(verbs) as readonly VerbName[];
