import { resultTables } from '../../../agent/cli/result-table';
import { printable } from '../../../agent/printable';
import type { ClientsReport, Consumer, NotLookedAt } from './report';

/** A narrower terminal would cut names and ids off: there each consumer has lines of its own. */
const NARROW = 120;

/** For people: consumers as one table, what needs somebody first; then what was not looked at. */
export function clientsTables({ consumers, notLookedAt, ...facts }: ClientsReport, columns = NARROW): string {
  const rows = consumers.map(({ evidence, lastSeen, movesByDns, consumer }) => ({
    consumer,
    evidence: evidence.join('; '),
    lastSeen: lastSeen?.replace(/\.\d+Z$/, 'Z'),
    movesByDns,
  }));
  const listed = columns < NARROW ? consumers.map(linesOf).join('\n\n') : resultTables({ consumers: rows }, columns);
  return [resultTables(facts, columns), listed, notLookedAtLines(notLookedAt)].join('\n\n');
}

function linesOf({ consumer, evidence, lastSeen, movesByDns }: Consumer): string {
  const seen = lastSeen === undefined ? [] : [`last seen ${lastSeen.replace(/\.\d+Z$/, 'Z')}`];
  return [consumer, ...evidence, ...seen, `moves by DNS: ${movesByDns}`].map(printable).join('\n    ');
}

/** What a command could not look at, a line each. */
export function notLookedAtLines(rows: readonly NotLookedAt[]): string {
  if (rows.length === 0) return 'Not looked at: nothing';
  return ['Not looked at', ...rows.map(({ what, why }) => `    ${printable(`${what}: ${why}`)}`)].join('\n');
}
