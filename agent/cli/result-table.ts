import Table from 'cli-table3';
import { printable } from '../printable';

/**
 * Any verb's result as text for people: its figures as one table, then each list as a table of its own. Headings are
 * the result's own field names in words, so that what is read here is found again in the JSON.
 */
export function resultTables(result: unknown, columns: number): string {
  const entries = Object.entries(isRecord(result) ? result : {});
  const lists = entries.filter(([, value]) => isListOfRecords(value));
  const figures = entries.filter(([, value]) => !isListOfRecords(value));
  const parts: string[] = [];
  if (figures.length > 0) parts.push(figureTable(figures));
  for (const [name, value] of lists) parts.push(listTable(name, value, columns));
  return parts.length === 0 ? 'Done.' : parts.join('\n\n');
}

function figureTable(figures: readonly (readonly [string, unknown])[]): string {
  const table = new Table({ style });
  for (const [name, value] of figures) table.push({ [inWords(name)]: shown(name, value) });
  return table.toString();
}

function listTable(name: string, value: unknown, columns: number): string {
  const rows = Array.isArray(value) ? value.filter(isRecord) : [];
  if (rows.length === 0) return `${inWords(name)}: none`;
  const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => fields.map((field) => shown(field, row[field])));
  const widths = fitting(fields.map(inWords), cells, columns);
  // Rows of several lines need a rule between them to be told apart.
  const wraps = cells.some((row) => row.some((cell, i) => cell.length + 2 > (widths[i] ?? 0)));
  const look = { ...style, compact: !wraps };
  const table = new Table({ head: fields.map(inWords), colWidths: widths, wordWrap: true, style: look });
  table.push(...cells);
  return `${inWords(name)}\n${table.toString()}`;
}

/** No colours: what is pasted into a runbook or a ticket stays readable. */
const style = { head: [], border: [], compact: true };
const narrowest = 8;

/** Columns as wide as their content; where a terminal cannot hold them, the widest give way and wrap. */
function fitting(heads: readonly string[], cells: readonly (readonly string[])[], columns: number): number[] {
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)) + 2);
  const borders = widths.length + 1;
  let excess = widths.reduce((sum, width) => sum + width, borders) - columns;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= narrowest) break;
    widths[widest] = width - 1;
    excess -= 1;
  }
  return widths;
}

/** `lastCommand` as `Last command`; a unit in the name goes to the value. */
function inWords(name: string): string {
  const words = name
    .replace(/(Bytes|Ms|Seconds)$/, '')
    .replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

function shown(name: string, value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((item) => shown('', item)).join(', ');
  if (isRecord(value)) return together(value);
  if (typeof value !== 'number') return printable(String(value));
  if (/^(\w+A|a)tMs$|^(\w+S|s)inceMs$/.test(name)) return new Date(value).toISOString();
  if (name.endsWith('Ms')) return duration(value);
  if (name.endsWith('Bytes') || name === 'bytes') return bytes(value);
  const seconds = /seconds$/i.test(name) ? ' s' : '';
  return `${value.toLocaleString('en-US')}${seconds}`;
}

/** A position of a binary log as it is given by hand; anything else field by field. */
function together(value: Record<string, unknown>): string {
  if ('file' in value && 'position' in value) return `${value.file}:${value.position}`;
  return Object.entries(value)
    .map(([field, part]) => `${inWords(field)} ${shown(field, part)}`)
    .join(', ');
}

function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1024 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), units.length - 1);
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An empty list of the contract is one of records but for those that hold plain values. */
function isListOfRecords(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isRecord);
}
