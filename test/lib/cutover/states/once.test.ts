import { expression } from '../../../../lib/cutover/states/expression';
import { REDRIVEN } from '../../../../lib/cutover/states/once';
import { evaluateExpression } from '../../../../rehearsal/states-language/jsonata/expression';

test.each([
  [{}, false],
  [{ RedriveCount: 0 }, false],
  [{ RedriveCount: 1 }, true],
])('an execution with %j was redriven: %s', async (execution, redriven) => {
  const states = { context: { Execution: execution } };
  const read = (name: string) => (name === 'states' ? states : undefined);
  await expect(evaluateExpression(expression(REDRIVEN), read, { now: 0, random: () => 0 })).resolves.toBe(redriven);
});
