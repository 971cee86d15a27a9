import type { EngineName } from '../../../../rehearsal/engines/engine';
import { atEachByte } from './support/every-byte';

type Engine = readonly [EngineName, string];

/** The first has every byte; the others every seventh, from which the 22 cuts of one command on average are never all missing. */
const PAIRS: readonly (readonly [blue: Engine, green: Engine, every: number])[] = [
  [['redis', '6.0'], ['valkey', '8.1'], 1],
  [['redis', '7.0'], ['redis', '8.0'], 7],
  [['valkey', '8.1'], ['valkey', '9.1'], 7],
];

describe.each(PAIRS)('%j to %j and back', (blue, green, every) => {
  test.each([2, 3] as const)('RESP%i: answers what one server answers, wherever the switch is', async (protocol) => {
    await atEachByte({ blue, green, protocol, every });
  });
});
