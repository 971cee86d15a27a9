import { expression } from '../../../../lib/cutover/states/expression';
import { everLonger, POLL } from '../../../../lib/cutover/states/poll';
import { evaluateExpression } from '../../../../rehearsal/states-language/jsonata/expression';

const pauseAfter = (round: number, longest: number) =>
  evaluateExpression(expression(everLonger(POLL, 2, longest)), (name) => (name === POLL.round ? round : undefined), {
    now: 0,
    random: () => 0,
  });

test('what is asked again and again is asked ever more seldom, up to a longest pause', async () => {
  const pauses = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((round) => pauseAfter(round, 15)));
  expect(pauses).toEqual([2, 3, 5, 7, 11, 15, 15]);
});

test('however often it was asked, there is a pause', async () => {
  // $power refuses what is beyond the largest number: 1.5 to the 1,751st.
  expect(await pauseAfter(100_000, 3_600)).toBe(3_600);
});
