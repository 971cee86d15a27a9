import type { EngineName } from '../../../../rehearsal/engines/engine';
import { atEachByte } from './support/every-byte';

type Engine = readonly [EngineName, string];

/** Of the places of the switch, one in so many; with `EVERY=1` every byte of the first pair, and every seventh of the others. */
const among = (all: number, some: number) => (process.env.EVERY === '1' ? all : some);

const PAIRS: readonly (readonly [blue: Engine, green: Engine, every: number])[] = [
  [['redis', '6.0'], ['valkey', '8.1'], among(1, 23)],
  [['redis', '7.0'], ['redis', '8.0'], among(7, 101)],
  [['valkey', '8.1'], ['valkey', '9.1'], among(7, 101)],
];

describe.each(PAIRS)('%j to %j and back', (blue, green, every) => {
  test.each([2, 3] as const)('RESP%i: answers what one server answers, wherever the switch is', async (protocol) => {
    await atEachByte({ blue, green, protocol, every });
  });
});
