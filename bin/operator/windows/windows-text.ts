import { printable } from '../../../agent/printable';
import { notLookedAtLines } from '../clients/clients-tables';
import { heatMap } from './heat-map';
import type { Window, WindowsReport } from './windows';

/** For people: the week as a map, then the windows, then what else there is to know. */
export function windowsText(report: WindowsReport, terminal: boolean): string {
  const { percentByHour, windows, noHourIsQuiet, atTimesOfTheirOwn, notLookedAt } = report;
  const parts = [printable(headlineOf(report))];
  if (noHourIsQuiet && report.goesBy !== undefined) parts.push('No hour is quiet.');
  if (percentByHour.length > 0) parts.push(heatMap(percentByHour, terminal));
  if (windows.length > 0) {
    parts.push([noHourIsQuiet ? 'The least busy hour' : 'The quietest windows', ...windows.map(linesOf)].join('\n'));
  }
  if (atTimesOfTheirOwn.length > 0) {
    parts.push(['Started by the clock, at an hour that is not known', ...atTimesOfTheirOwn.map(indented)].join('\n'));
  }
  return [...parts, notLookedAtLines(notLookedAt)].join('\n\n');
}

/** What the windows are of, in a sentence. */
export function headlineOf({ migration, side, timeZone, from, to, goesBy }: WindowsReport): string {
  const when = `${from.slice(0, 10)} to ${to.slice(0, 10)}, hours of ${timeZone}`;
  if (goesBy === undefined) return `${migration}, ${side}: nothing tells how busy an hour is. ${when}.`;
  return `${migration}, ${side}, by ${goesBy.figure}, ${when}.`;
}

function linesOf({ from, hours, percentOfBusy, connections, cpuPercent, others, wouldRun }: Window): string {
  const figures = [
    `${percentOfBusy} % of a busy hour`,
    ...(connections === undefined ? [] : [`${connections.toLocaleString('en-US')} connections`]),
    ...(cpuPercent === undefined ? [] : [`CPU ${cpuPercent} %`]),
    ...Object.entries(others).map(([name, value]) => `${name} ${value.toLocaleString('en-US')}`),
  ];
  const starts = wouldRun.length === 0 ? ['nothing would start that this account knows'] : wouldRun;
  const head = `${from}, ${hours} ${hours === 1 ? 'hour' : 'hours'}: ${figures.join(', ')}`;
  return [indented(head), ...starts.map((each) => `    ${indented(each)}`)].join('\n');
}

const indented = (text: string) => `    ${printable(text)}`;
