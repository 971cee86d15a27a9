import { DAYS } from './hours';
import { QUIET_SHARE } from './quiet-hours';
import type { WindowsReport } from './windows';
import { headlineOf } from './windows-text';

const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --back: #fff; --line: #ccc; --heat: 12, 92, 175; --quiet: #0a7d33; }
@media (prefers-color-scheme: dark) { :root { --text: #eee; --back: #161616; --line: #444; --heat: 110, 180, 255; --quiet: #5fd38d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: .25rem .4rem; text-align: left; vertical-align: top; }
.map td { text-align: right; background: rgba(var(--heat), var(--share)); }
.map td.quiet { outline: 2px solid var(--quiet); outline-offset: -2px; font-weight: 600; }
`;

/** One page that needs nothing else: to be sent, printed, or put beside the night's plan. */
export function windowsPage(report: WindowsReport): string {
  const { migration, percentByHour, windows, atTimesOfTheirOwn, notLookedAt, noHourIsQuiet, goesBy } = report;
  const hours = Array.from({ length: 24 }, (_, hour) => `<th scope="col">${String(hour).padStart(2, '0')}</th>`).join(
    '',
  );
  const rows = DAYS.map(
    (day, index) =>
      `<tr><th scope="row">${day}</th>${percentByHour
        .slice(index * 24, index * 24 + 24)
        .map(cell)
        .join('')}</tr>`,
  );
  const listed = windows.map(
    ({ from, hours: count, percentOfBusy, connections, cpuPercent, others, wouldRun }) =>
      `<tr>${[from, count, `${percentOfBusy} %`, connections ?? '–', cpuPercent === undefined ? '–' : `${cpuPercent} %`]
        .map((value) => `<td>${escaped(String(value))}</td>`)
        .join(
          '',
        )}<td>${list(Object.entries(others).map(([name, value]) => `${name} ${value}`))}</td><td>${list(wouldRun)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(migration)}: quiet hours</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(migration)}: quiet hours</h1>
<p>${escaped(headlineOf(report))}${noHourIsQuiet && goesBy !== undefined ? ' <strong>No hour is quiet.</strong>' : ''}</p>
<div class="wide"><table class="map">
<caption>Percent of a busy hour, in the week in which it was most. Framed: quiet, up to ${QUIET_SHARE * 100} %.</caption>
<thead><tr><td></td>${hours}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>
<h2>${noHourIsQuiet ? 'The least busy hour' : 'The quietest windows'}</h2>
<div class="wide"><table>
<thead><tr>${['From', 'Hours', 'Of a busy hour', 'Connections', 'CPU', 'Others', 'Would run'].map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${listed.join('\n')}</tbody>
</table></div>
${section('Schedules whose hour is not known', atTimesOfTheirOwn)}
${section(
  'Not looked at',
  notLookedAt.map(({ what, why }) => `${what}: ${why}`),
)}
</body>
</html>
`;
}

function cell(value: number | null): string {
  if (value === null) return '<td>?</td>';
  const quiet = value <= QUIET_SHARE * 100 ? ' class="quiet"' : '';
  return `<td${quiet} style="--share: ${(Math.min(value, 100) / 130).toFixed(2)}">${value}</td>`;
}

const section = (title: string, items: readonly string[]) =>
  items.length === 0 ? '' : `<h2>${title}</h2>\n<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;

const list = (items: readonly string[]) => (items.length === 0 ? '–' : items.map(escaped).join('<br>'));

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
