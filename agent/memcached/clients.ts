import type { Verb } from '../verb';
import { clientsOf } from './connected-clients';
import type { MemcachedSides } from './sides';

/** Who is connected to a side, by address. */
export const clients: Verb<MemcachedSides, 'memcached.clients'> = (sides, { side }) => clientsOf(sides.endpoint(side));
