import type { Relay } from '../relay';

/** What the switch asks of the relay. */
export type SwitchedRelay = Pick<
  Relay,
  'port' | 'status' | 'upstreams' | 'warm' | 'cool' | 'hold' | 'prepare' | 'release' | 'touched' | 'dismiss' | 'close'
>;
