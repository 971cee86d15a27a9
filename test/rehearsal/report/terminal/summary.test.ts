import { summary } from '../../../../rehearsal/report/terminal/summary';
import { A_LOOK, LOGIN } from '../samples/checks';
import { fencedCutover } from '../samples/fenced-cutover';

const linesOf = (checks: typeof fencedCutover.result.checks) =>
  summary({ ...fencedCutover, result: { ...fencedCutover.result, checks } }, []).map((line) =>
    line.map(({ text }) => text).join(''),
  );

test('each check is told with its phase, its owner, what was seen and how long it took', () => {
  const lines = linesOf([LOGIN, A_LOOK]);
  expect(lines).toContain('  Checks');
  expect(lines).toContain(
    '  FAILED  Check: log in (shop <team>): GET http://shop/login: got the status 503, expected 200 to 299; 3 tries, 12.4 s',
  );
  expect(lines).toContain('  passed  Check with clients: a look: ann confirmed it; 1 try, 61 s');
});

test('where nothing was asked nothing is told', () => {
  expect(linesOf([])).not.toContain('  Checks');
});
