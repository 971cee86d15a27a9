import { printable } from '../../agent/printable';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Names and notes are written by people: what they wrote is shown, and is no markup, no link and no end of a cell. */
export const plain = (text: string) => printable(text).replaceAll(/[\\`*_[\]<>|~&]/g, '\\$&');

/** Between more backticks than stand in it in a row. A bar would end the cell of a table here too. */
export function code(text: string): string {
  const shown = printable(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${fence}${space}${shown}${space}${fence}`;
}
