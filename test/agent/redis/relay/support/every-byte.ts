import type { EngineName } from '../../../../../rehearsal/engines/engine';
import { answersOf, answersSwitched, comparable, recording, watched, withoutWatched } from './recorded';
import { Relayed } from './relayed';

export interface EveryByte {
  readonly blue: readonly [EngineName, string];
  readonly green: readonly [EngineName, string];
  readonly protocol: 2 | 3;
  /** Of so many places one is tried. */
  readonly every: number;
  readonly tls?: boolean;
}

/** The switch goes there and back by turns, so that both directions are met at odd and even places. */
export async function atEachByte({ blue, green, protocol, every, tls = false }: EveryByte): Promise<void> {
  const relayed = await Relayed.start({ blue, green, tls });
  try {
    const bytes = recording(protocol);
    const [from, to] = watched(bytes);
    const expected = {
      blue: comparable(await answersOf(relayed, 'blue', bytes)),
      green: comparable(await answersOf(relayed, 'green', bytes)),
    };
    expect(expected.green).toBe(expected.blue);
    for (let after = 0; after <= bytes.length; after += every) {
      for (const direction of ['there', 'back']) {
        const answers = comparable(await answersSwitched(relayed, bytes, after));
        const lost = after >= from + 1 && after < to;
        const accepted = lost ? [expected.blue, withoutWatched(expected.blue)] : [expected.blue];
        if (!accepted.includes(answers)) {
          expect({ after, direction, answers }).toEqual({ after, direction, answers: accepted.at(-1) });
        }
      }
    }
    await relayed.nothingLeft();
  } finally {
    await relayed.end();
  }
}
