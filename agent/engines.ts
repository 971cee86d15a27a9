import type { VerbName } from '../contract/agent';
import type { Engine } from './engine';
import { AgentError } from './errors';
import { memcached } from './memcached/engine';
import { mysql } from './mysql/engine';
import { postgres } from './postgres/engine';
import type { MigrationConfiguration } from './reach';
import { redis } from './redis/engine';
import type { VerbEntry } from './verb';

type NameIn<V extends VerbName> = V extends `${infer Name}.${string}` ? Name : never;
type EngineName = Exclude<NameIn<VerbName>, 'check'>;
type Verbs<V extends VerbName> = { readonly [W in V]: VerbEntry<W> };

/** Every engine that the contract has verbs of, with all of them. */
const byName: {
  readonly [N in EngineName]: Engine & { readonly verbs: Verbs<Extract<VerbName, `${N}.${string}`>> };
} = { redis, mysql, postgres, memcached };

export const engines: readonly Engine[] = Object.values(byName);

/** The one that speaks to both sides. Throws `Agent.BadRequest` where none does. */
export function engineOf({ kind, blue, green }: MigrationConfiguration): Engine {
  const ofKind = engines.filter((engine) => engine.kind === kind);
  const found = ofKind.find(({ speaks }) => speaks.includes(blue.engine) && speaks.includes(green.engine));
  if (found !== undefined) return found;
  const accepted = ofKind.map(({ sides }) => sides).join(' or within ');
  throw new AgentError(
    'Agent.BadRequest',
    `blue is ${blue.engine} and green is ${green.engine}: a migration stays within ${accepted}.`,
  );
}
