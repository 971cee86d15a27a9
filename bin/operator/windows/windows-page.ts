import { scaleLinear } from 'd3-scale';
import { Markup, markup, type Part } from '../../../rehearsal/report/html/markup';
import { DAYS } from './hours';
import { QUIET_SHARE } from './quiet-hours';
import type { WindowsReport } from './windows';
import { headlineOf } from './windows-text';

/** What a browser may load for the page: nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const STYLE = new Markup(`
:root { color-scheme: light dark; --text: #1a1a1a; --back: #fff; --line: #ccc; --heat: 40, 115, 195; --quiet: #0a7d33; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #eee; --back: #161616; --line: #444; --heat: 60, 125, 205; --quiet: #5fd38d; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: .25rem .4rem; text-align: left; vertical-align: top; }
.map td { text-align: right; background: rgba(var(--heat), var(--share)); }
:focus-visible { outline: 2px solid var(--quiet); outline-offset: 2px; }
@media print { :root { color-scheme: light; --line: #888; } body { margin: 0; max-width: none; } .wide { overflow: visible; } .map { font-size: 10px; } .map td { print-color-adjust: exact; padding: .15rem .2rem; } tr { break-inside: avoid; } h2 { break-after: avoid; } }
.map td.quiet { outline: 2px solid var(--quiet); outline-offset: -2px; font-weight: 600; }
`);

/** One page that needs nothing else: to be sent, printed, or put beside the night's plan. */
export function windowsPage(report: WindowsReport): string {
  const { migration, windows, atTimesOfTheirOwn, notLookedAt, noHourIsQuiet, goesBy } = report;
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${migration}: quiet hours</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${migration}: quiet hours</h1>
<p>${headlineOf(report)}${noHourIsQuiet && goesBy !== undefined && markup` <strong>No hour is quiet.</strong>`}</p>
<div class="wide" tabindex="0" role="region" aria-label="Hours of the week"><table class="map">
<caption>Percent of a busy hour, in the week in which it was most. Framed: quiet, up to ${QUIET_SHARE * 100} %.</caption>
<thead><tr><td></td>${headings(hours)}</tr></thead>
<tbody>${heatMap(report)}</tbody>
</table></div>
<h2>${noHourIsQuiet ? 'The least busy hour' : 'The quietest windows'}</h2>
<div class="wide" tabindex="0" role="region" aria-label="Windows"><table>
<thead><tr>${headings(['From', 'Hours', 'Of a busy hour', 'Connections', 'CPU', 'Others', 'Would run'])}</tr></thead>
<tbody>${windows.map(row)}</tbody>
</table></div>
${section('Schedules whose hour is not known', atTimesOfTheirOwn)}
${section(
  'Not looked at',
  notLookedAt.map(({ what, why }) => `${what}: ${why}`),
)}
</body>
</html>
`.text;
}

const headings = (names: readonly string[]) => names.map((name) => markup`<th scope="col">${name}</th>`);

function heatMap({ percentByHour }: WindowsReport): Part {
  return DAYS.map((day, index) => {
    const cells = percentByHour.slice(index * 24, index * 24 + 24).map(cell);
    return markup`<tr><th scope="row">${day}</th>${cells}</tr>\n`;
  });
}

/** A figure stays readable on the darkest. */
const heatOf = scaleLinear([0, 100], [0, 0.77]).clamp(true);

function cell(value: number | null): Markup {
  if (value === null) return markup`<td>?</td>`;
  const share = heatOf(value).toFixed(2);
  return markup`<td${value <= QUIET_SHARE * 100 && markup` class="quiet"`} style="--share: ${share}">${value}</td>`;
}

function row(window: WindowsReport['windows'][number]): Markup {
  const { from, hours, percentOfBusy, connections, cpuPercent, others, wouldRun } = window;
  const figures = [
    from,
    hours,
    `${percentOfBusy} %`,
    connections ?? '–',
    cpuPercent === undefined ? '–' : `${cpuPercent} %`,
  ];
  const named = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return markup`<tr>${figures.map((value) => markup`<td>${value}</td>`)}<td>${list(named)}</td><td>${list(wouldRun)}</td></tr>\n`;
}

const section = (title: string, items: readonly string[]) =>
  items.length > 0 && markup`<h2>${title}</h2>\n<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;

const list = (items: readonly string[]): Part =>
  items.length === 0 ? '–' : items.map((item, index) => [index > 0 && markup`<br>`, item]);
