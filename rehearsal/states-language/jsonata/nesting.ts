/** How deep one expression may nest: the ceiling that Step Functions states in its own refusal (`Depth=101 max=100`). */
const MAX_DEPTH = 100;

/** What is evaluated in: variables of a block, of a lambda's call. JSONata does not show what is inside. */
type Frame = object;

/** A node of JSONata's syntax tree, of which only what it is built of counts here. */
type Node = object;

/** One evaluation of a node that has begun and not ended. */
interface Evaluation {
  readonly node: Node;
  /** How many of a constructor's members have begun. */
  members: number;
  /** Ends with the member of the constructor that began last. */
  lastMember: Promise<void>;
  /** Tells the constructor's next member that this one has ended. */
  readonly end: () => void;
}

/**
 * How deep an expression nests while it is evaluated, by two counts, neither of which may pass 100.
 *
 * One is the plain one: a level for each node that is being evaluated. The other is the Java implementation's, whose
 * words Step Functions' refusals are. It marks a frame as parallel from the second member of an array or object
 * constructor on, until the next constructor's first member, and counts neither what begins nor what ends in a marked
 * frame. So what began before the mark and ends after it stays counted for good: a level is lost for each call of a
 * lambda, and each run of a block, that has such a constructor in it.
 *
 * The JavaScript implementation begins all members of a constructor at once. Here each waits for the one before, as in
 * Java, for the count depends on the order.
 *
 * @see https://github.com/dashjoin/jsonata-java/blob/fbb6878/src/main/java/com/dashjoin/jsonata/Timebox.java
 * @see docs/aws-facts.md#jsonata-depth
 */
export class Nesting {
  private readonly marked = new WeakMap<Frame, boolean>();
  private readonly open: Evaluation[] = [];
  private counted = 0;

  constructor(private readonly constructors: Constructors) {}

  /** @throws Error where the node nests too deep. */
  begin(node: Node, frame: Frame): void | Promise<void> {
    const owner = this.constructors.get(node);
    const constructing = owner && this.open.findLast((evaluation) => evaluation.node === owner);
    if (constructing === undefined) {
      return this.enter(node, frame, () => {});
    }
    const before = constructing.lastMember;
    const isFirst = constructing.members === 0;
    constructing.members += 1;
    let end = () => {};
    constructing.lastMember = new Promise((resolve) => {
      end = resolve;
    });
    const enter = () => {
      this.marked.set(frame, !isFirst);
      this.enter(node, frame, end);
    };
    return isFirst ? enter() : before.then(enter);
  }

  end(frame: Frame): void {
    this.open.pop()?.end();
    if (this.marked.get(frame) !== true) this.counted -= 1;
  }

  private enter(node: Node, frame: Frame, end: () => void): void {
    this.open.push({ node, members: 0, lastMember: Promise.resolve(), end });
    if (this.marked.get(frame) !== true) this.counted += 1;
    const depth = Math.max(this.open.length, this.counted);
    if (depth > MAX_DEPTH) throw new Error(`Stack overflow error: Depth=${depth} max=${MAX_DEPTH}`);
  }
}

/** Of each member of a constructor, the constructor. */
export type Constructors = ReadonlyMap<Node, Node>;

/** Those of a whole syntax tree. */
export function constructorsOf(tree: Node): Constructors {
  const constructors = new Map<Node, Node>();
  const seen = new Set<unknown>();
  const find = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const member of membersOf(value)) constructors.set(member, value);
    for (const part of Object.values(value)) find(part);
  };
  find(tree);
  return constructors;
}

interface Constructor {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly expressions?: readonly Node[];
  readonly lhs?: Pairs;
  readonly group?: { readonly lhs: Pairs };
}

type Pairs = readonly (readonly [Node, Node])[];

/** What an array or object constructor, or a grouping, builds its value of; keys are no members. */
export function membersOf(node: Constructor): readonly Node[] {
  const values = (pairs: Pairs = []) => pairs.map(([, value]) => value);
  if (node.type === 'unary' && node.value === '[') return node.expressions ?? [];
  if (node.type === 'unary' && node.value === '{') return values(node.lhs);
  return values(node.group?.lhs);
}
