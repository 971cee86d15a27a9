import type { Replication } from '../../replication/replication';
import type { Touched } from '../outcomes';

/** Has brought over what the relay saw change and no event tells of. */
export function bringTouched(copy: Replication, { databases, keys, overflown }: Touched): void {
  copy.bring([...keys].flatMap(([database, named]) => named.map((key) => ({ database, key }))));
  if (databases === 'all' || databases.length > 0 || overflown.length > 0) copy.search();
}
