import type { RehearsalRecord } from '../../../../rehearsal/report/result';
import { alarmDuringWatch } from './alarm-during-watch';
import { crowded } from './crowded';
import { fencedCutover } from './fenced-cutover';
import { gradualCanary } from './gradual-canary';
import { rolledBack } from './rolled-back';
import { withByHand } from './with-by-hand';

/** Every sample by name, for facts that hold for all. */
export const SAMPLES: Readonly<Record<string, RehearsalRecord>> = {
  fencedCutover,
  rolledBack,
  alarmDuringWatch,
  withByHand,
  gradualCanary,
  crowded,
};
