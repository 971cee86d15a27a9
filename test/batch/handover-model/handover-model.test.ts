import { onDemand } from '../../rehearsal/testbed/on-demand';
import { bySeed, scripted } from './choices';
import { night } from './night';
import { NIGHTS, NOT_NEEDED } from './nights';
import type { Choose } from './world';

/*
 * Two hosts, the state machine and the network between, in virtual time. Hosts judge by the code of batch/cuts.ts and
 * batch/handover/owed-slots.ts; the coordinator mirrors the state machine of lib/batch/migration. What is wrong on purpose is a
 * rule left out: rules.ts.
 */

test.each(NIGHTS)('a slot would be lost or started twice without $without', ({ rule, script }) => {
  expect(night(scripted(script))).toEqual([]);
  expect(night(scripted(script), rule)).toContainEqual(expect.stringMatching(/is lost|is started/));
});

test('each rule is needed in some night', () => {
  expect(NOT_NEEDED).toEqual([]);
});

function wrongNights(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((seed) =>
    night(bySeed(seed)).map((fault) => `seed ${seed}: ${fault}`),
  );
}

test('100 nights by seed: each slot is started once or told of, and the job ends on one side', () => {
  expect(wrongNights(1, 100)).toEqual([]);
});

onDemand(
  '1,900 more',
  () => {
    expect(wrongNights(101, 2_000)).toEqual([]);
  },
  600_000,
);

/** The usual thing at every choice but one. What is chosen once a night is `base`, by its place. */
function withOne(at: number, choice: number, base: Readonly<Record<string, number>>, asked: number[] = []): Choose {
  return (what, options) => {
    asked.push(options);
    return asked.length - 1 === at ? choice : Math.min(base[what] ?? 0, options - 1);
  };
}

onDemand.each([0, 1, 2, 3, 4])(
  'whatever one thing goes wrong, where a rollback comes at moment %i',
  (rollback) => {
    const asked: number[] = [];
    night(withOne(-1, 0, { rollback }, asked));
    const wrong = asked.flatMap((options, at) =>
      Array.from({ length: options - 1 }, (_, index) => index + 1).flatMap((choice) =>
        night(withOne(at, choice, { rollback })).map((fault) => `choice ${choice} at ${at}: ${fault}`),
      ),
    );
    expect(asked.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  },
  600_000,
);
