import type { WindowsReport } from '../../../../bin/operator/windows/windows';
import { windowsPage } from '../../../../bin/operator/windows/windows-page';
import { windowsText } from '../../../../bin/operator/windows/windows-text';
import { hostile } from '../../../rehearsal/report/samples/crowded';

/** Whatever text the account gives: names of alarms, log groups, schedules, errors. */
const report: WindowsReport = {
  migration: hostile,
  side: 'blue',
  timeZone: 'UTC',
  from: '2026-11-02T00:00:00Z',
  to: '2026-11-30T00:00:00Z',
  goesBy: { figure: `lines of ${hostile}`, busyHour: 100 },
  noHourIsQuiet: true,
  windows: [
    {
      from: 'Sun 03:00',
      hours: 1,
      percentOfBusy: 10,
      others: { [hostile]: 3, constructor: 1 },
      wouldRun: [hostile, 'nightly'],
    },
  ],
  percentByHour: Array.from({ length: 7 * 24 }, (_, hour) => (hour === 0 ? null : hour % 100)),
  atTimesOfTheirOwn: [hostile],
  notLookedAt: [{ what: hostile, why: hostile }],
};

test('hostile names are text: they open no element, and turn no text round', () => {
  const page = windowsPage(report);
  for (const markup of ['<script', '\u001b', '\u202e']) expect(page).not.toContain(markup);
  expect(page).toContain('&lt;script src=&quot;//evil.example/x.js&quot;&gt;');
  expect(page.match(/<(?!\/|!)(\w+)/g)?.sort()).toEqual(
    windowsPage(plain())
      .match(/<(?!\/|!)(\w+)/g)
      ?.sort(),
  );
});

test('the page loads nothing, whatever it holds', () => {
  expect(windowsPage(report)).toContain(
    `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;">`,
  );
});

test('each hour of the week is there, those that are quiet framed, and one that is not known is said', () => {
  const page = windowsPage(report);
  expect(page.match(/<td[^>]*style="--share: [\d.]+">\d+<\/td>/g)).toHaveLength(7 * 24 - 1);
  expect(page).toContain('<td class="quiet" style="--share: 0.01">1</td>');
  expect(page).toContain('<td>?</td>');
  expect(page).toContain('<strong>No hour is quiet.</strong>');
});

test('on a terminal no name moves the cursor or colours the screen', () => {
  const text = windowsText(report, false);
  for (const control of ['\u001b', '\u202e']) expect(text).not.toContain(control);
  expect(text).toContain('//evil.example/x.js');
});

function plain(): WindowsReport {
  return JSON.parse(JSON.stringify(report).replaceAll(JSON.stringify(hostile).slice(1, -1), 'name'));
}
