import type { JsonLine } from './json-lines';

/** As wide as a reviewer reads without scrolling. */
const MAX_WIDTH = 100;

/**
 * Indented lines of JSON text, with each list and each object that fits into one line put into one. Each line of a
 * template costs its quotes, its comma and its indentation, which for a large definition is a third of the megabyte that
 * CloudFormation takes.
 *
 * @see docs/aws-facts.md#cloudformation-template-size
 */
export function folded(lines: readonly JsonLine[]): JsonLine[] {
  const result: JsonLine[] = [];
  const opened: number[] = [];
  for (const line of lines) {
    result.push(line);
    if (typeof line === 'string' && /^\s*[\]}]/.test(line)) {
      const from = opened.pop();
      if (from !== undefined) foldFrom(result, from);
    }
    if (/[[{]$/.test(endOf(line))) opened.push(result.length - 1);
  }
  return result;
}

/** What was opened at a line and ends with the last one. Lines with references in them stay lines. */
function foldFrom(lines: JsonLine[], from: number): void {
  const parts = lines.slice(from);
  if (!parts.every((part) => typeof part === 'string')) return;
  const trimmed = parts.slice(1).map((part) => part.trim());
  const text = `${parts[0]}${trimmed.slice(0, -1).join(' ')}${trimmed.at(-1)}`;
  if (text.length <= MAX_WIDTH) lines.splice(from, parts.length, text);
}

function endOf(line: JsonLine): string {
  const end = typeof line === 'string' ? line : line['Fn::Join'][1].at(-1);
  return typeof end === 'string' ? end : '';
}

/** The line so many blanks further left, or as far as it has blanks. */
export function outdented(line: JsonLine, blanks: number): JsonLine {
  const cut = (text: unknown) => (typeof text === 'string' ? text.replace(new RegExp(`^ {0,${blanks}}`), '') : text);
  if (typeof line === 'string') return String(cut(line));
  const [delimiter, [first, ...rest]] = line['Fn::Join'];
  return { 'Fn::Join': [delimiter, [cut(first), ...rest]] };
}
