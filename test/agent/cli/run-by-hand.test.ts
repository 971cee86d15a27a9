import { exitCodes, runByHand } from '../../../agent/cli/run-by-hand';

const output = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
afterAll(() => output.mockRestore());

test.each([
  ['differs', { mismatches: 1, notCovered: [] }, exitCodes.foundTrouble],
  [
    'was not compared',
    { mismatches: 0, notCovered: [{ object: 'shop.t', reason: 'x', holdsRows: true }] },
    exitCodes.foundTrouble,
  ],
  ['is about the comparison itself', { mismatches: 0, notCovered: [{ object: 'binary log', reason: 'x' }] }, 0],
  ['is equal', { mismatches: 0, notCovered: [] }, 0],
])('what %s decides how the command ends', async (_, result, code) => {
  expect(await runByHand(true, async () => result)).toBe(code);
});
