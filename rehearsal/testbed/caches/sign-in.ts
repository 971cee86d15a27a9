import type { Assembly } from '../../assembly';

/**
 * What a secret of the caches holds: the AUTH token by itself, the token in JSON, or a user of a user group. An ACL user
 * has the access string of docs/caches.md and no more.
 */
export type SignsIn = 'token' | 'tokenInJson' | 'user';

/** As green is declared. Of a cache that exists, nobody says it: its secret holds what green's holds. */
export function signsInTo(assembly: Assembly): SignsIn {
  const groups = assembly.resources('AWS::ElastiCache::ReplicationGroup');
  if (groups.some((group) => group.property('UserGroupIds') !== undefined)) return 'user';
  const tokens = groups.map((group) => JSON.stringify(group.property('AuthToken') ?? ''));
  return tokens.some((token) => token.includes(':SecretString:password:')) ? 'tokenInJson' : 'token';
}
