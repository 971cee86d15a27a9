/** What the clients of a cache can stand while it is replaced. */
export enum CacheConsistency {
  /** A pure cache: nothing is copied, green fills itself, and weights may move gradually. */
  COLD = 'COLD',

  /**
   * Copied and kept current, e.g. sessions. Both sides answer until every resolver has moved on; blue's changes still
   * flow to green meanwhile. A key that is written on both sides in that time keeps green's write, and is counted.
   */
  LIVE = 'LIVE',

  /**
   * Locks, queues, counters: at no instant are both sides writable. Clients that were not stopped are refused from the
   * fence until their resolver moves on.
   */
  FENCED = 'FENCED',
}
