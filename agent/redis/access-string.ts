/** Of what Redis and Valkey call dangerous, what the agent runs, as ACL rules name it. */
export const DANGEROUS_AND_NEEDED: readonly string[] = [
  'acl|dryrun',
  'client|kill',
  'client|list',
  'client|pause',
  // Before 7.0 all of CLIENT is dangerous.
  'client|setname',
  'client|unpause',
  'info',
  'restore',
];

/**
 * What the agent's ACL user is to have: data of any type, whose commands are in no list that would stay complete, and of
 * the dangerous commands these alone. In docs/caches.md it is text.
 */
export const ACCESS_STRING = `on ~* &* +@all -@dangerous ${DANGEROUS_AND_NEEDED.map((rule) => `+${rule}`).join(' ')}`;
