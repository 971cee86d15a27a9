import { createHash } from 'node:crypto';
import { folded, outdented } from './folded-lines';
import { type JoinIntrinsic, type JsonLine, joined } from './json-lines';

/**
 * cfn-lint calls itself once for each element of a join, and Python ends that at a thousand calls: 930 elements pass
 * (cfn-lint 1.58), however deep the joins are nested.
 */
const MAX_ELEMENTS = 400;
/** How many states share a join, on average. */
const USUAL_STATES = 4;
/** How many lines of a state that is too long for one join. */
const USUAL_LINES = 64;

/** Lines that stay together. */
interface Section {
  readonly state: string;
  readonly lines: JsonLine[];
}

/**
 * A definition's lines as a join of joins, each of a few states.
 *
 * Where a join begins follows from what stands there, not from a count: a state more, or less, moves no other state into
 * another join, and so `cdk diff` shows that state alone.
 */
export function linesByState(lines: readonly JsonLine[]): JoinIntrinsic {
  const groups = runs(states(lines).map(fold).flatMap(withinLimit), {
    oneIn: USUAL_STATES,
    keyOf: ({ state }) => state,
    sizeOf: ({ lines }) => lines.length,
  });
  return joined(groups.map((group) => joined(group.flatMap(({ lines }) => lines))));
}

/** The lines cut before each state, those of branches and of item processors too. */
function states(lines: readonly JsonLine[]): Section[] {
  const cut: Section[] = [{ state: '', lines: [] }];
  const depths: number[] = [];
  for (const line of lines) {
    const text = textOf(line);
    const depth = depthOf(line);
    while (depth <= (depths.at(-1) ?? -1)) depths.pop();
    if (depth - 1 === depths.at(-1) && text.endsWith('": {')) cut.push({ state: text.trim(), lines: [] });
    if (text.endsWith('"States": {')) depths.push(depth);
    cut.at(-1)?.lines.push(line);
  }
  return cut;
}

/** Each state begins at the margin, in whatever branch it stands. The line that begins it is not folded away. */
function fold({ state, lines: [head, ...rest] }: Section): Section {
  if (head === undefined) return { state, lines: [] };
  const depth = depthOf(head);
  return { state, lines: [outdented(head, depth), ...folded(rest.map((line) => outdented(line, depth)))] };
}

function withinLimit(section: Section): Section[] {
  if (section.lines.length <= MAX_ELEMENTS) return [section];
  const pieces = runs(section.lines, { oneIn: USUAL_LINES, keyOf: textOf, sizeOf: () => 1 });
  return pieces.map((lines) => ({ state: section.state, lines }));
}

interface Cuts<Item> {
  /** One key in so many begins a run. */
  readonly oneIn: number;
  keyOf(item: Item): string;
  sizeOf(item: Item): number;
}

/** Cut before the items whose keys' digests say so, and where a run would become too large. */
function runs<Item>(items: readonly Item[], { oneIn, keyOf, sizeOf }: Cuts<Item>): Item[][] {
  const cut: Item[][] = [[]];
  let size = 0;
  for (const item of items) {
    const begins = createHash('sha256').update(keyOf(item)).digest().readUInt32BE() % oneIn === 0;
    if (size > 0 && (begins || size + sizeOf(item) > MAX_ELEMENTS)) {
      cut.push([]);
      size = 0;
    }
    cut.at(-1)?.push(item);
    size += sizeOf(item);
  }
  return cut;
}

const depthOf = (line: JsonLine): number => textOf(line).search(/\S/);
const textOf = (line: JsonLine): string => (typeof line === 'string' ? line : String(line['Fn::Join'][1][0]));
