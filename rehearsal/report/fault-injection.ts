import type { FaultRun } from './result';
import { tenths } from './units';

/** When a fault was first injected. One that was not injected proves nothing. */
export function injectionInWords({ injectedMs }: FaultRun): string {
  return injectedMs === undefined ? 'not injected' : `injected at ${tenths(injectedMs)}`;
}
