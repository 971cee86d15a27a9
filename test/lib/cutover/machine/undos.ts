import type { CacheConsistency } from '../../../../lib';
import type { StateMachine } from '../../../../rehearsal/states-language';
import { straightOn } from './definition-walk';

/** By consistency: each phase, and which undos a failure in it must run, in this order. */
export const UNDOS: Readonly<Record<CacheConsistency, Readonly<Record<string, readonly string[]>>>> = {
  COLD: {
    Preflight: [],
    Canary: ['Canary'],
    Approve: ['Canary'],
    Quiesce: ['Quiesce', 'Canary'],
    Switch: ['Switch', 'Quiesce', 'Canary'],
    Evict: ['Switch', 'Quiesce', 'Canary'],
    Resume: ['Switch', 'Quiesce', 'Canary'],
  },
  LIVE: {
    Preflight: [],
    Replicate: ['Replicate'],
    Approve: ['Replicate'],
    Quiesce: ['Quiesce', 'Replicate'],
    Switch: ['Switch', 'Quiesce', 'Replicate'],
    Evict: ['Switch', 'Quiesce', 'Replicate'],
    Fence: ['Fence', 'Switch', 'Quiesce', 'Replicate'],
    Drain: ['Drain', 'Fence', 'Switch', 'Quiesce', 'Replicate'],
    Verify: ['Drain', 'Fence', 'Switch', 'Quiesce', 'Replicate'],
    Reverse: ['Drain', 'Fence', 'Switch', 'Quiesce', 'Replicate'],
    Resume: ['Drain', 'Fence', 'Switch', 'Quiesce', 'Replicate'],
  },
  FENCED: {
    Preflight: [],
    Replicate: ['Replicate'],
    Approve: ['Replicate'],
    Settle: ['Replicate'],
    Quiesce: ['Quiesce', 'Replicate'],
    Fence: ['Fence', 'Quiesce', 'Replicate'],
    Drain: ['Fence', 'Quiesce', 'Replicate'],
    Verify: ['Fence', 'Quiesce', 'Replicate'],
    Reverse: ['Reverse', 'Fence', 'Quiesce', 'Replicate'],
    Switch: ['Switch', 'Reverse', 'Fence', 'Quiesce', 'Replicate'],
    Evict: ['Switch', 'Reverse', 'Fence', 'Quiesce', 'Replicate'],
    Resume: ['Switch', 'Reverse', 'Fence', 'Quiesce', 'Replicate'],
  },
};

/** Phases of the time when clients have moved for good: they are tried until they are done, and undo nothing. */
export const AFTERWARDS: Readonly<Record<CacheConsistency, readonly string[]>> = {
  COLD: ['Watch'],
  LIVE: ['End', 'Watch'],
  FENCED: ['End', 'Watch'],
};

/** What every rollback ends with. */
export const WAY_OUT = [
  'Did every undo succeed?',
  'Everything is restored',
  'Close the journal',
  'Tell EventBridge how the execution ended',
  'Tell CloudWatch how the execution ended',
  'How did the execution end?',
];

/** The undos from `start` on, in the order they run. Between two, the journal notes that the first is done. */
export function undosFrom({ States }: StateMachine, start: string | undefined): string[] {
  return straightOn(States, String(start))
    .filter((name) => !WAY_OUT.includes(name) && !/^(Journal: .* is undone$|Is it safe to undo )/.test(name))
    .map((name) => name.replace(/^Undo /, ''));
}
