import jsonata from 'jsonata';
import type { StateMachine } from '../../rehearsal/states-language';
import { sourceOf } from '../../rehearsal/states-language/jsonata/expression';
import { JSONATA_FUNCTIONS, STEP_FUNCTIONS_FUNCTIONS } from '../../rehearsal/states-language/jsonata/functions';
import { membersOf } from '../../rehearsal/states-language/jsonata/nesting';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { MACHINES } from './machines';

afterAll(removeTemporaryFolders);

/** The parts of JSONata's syntax tree that say where a frame of variables begins, and what is done more than once. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly thunk?: boolean;
  readonly body?: Node;
  readonly steps?: readonly Node[];
  readonly procedure?: Node;
  readonly arguments?: readonly Node[];
  readonly focus?: string;
  readonly index?: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** What JSONata's Java implementation, and so perhaps Step Functions, would not do as the JavaScript one does. */
class Review {
  readonly problems: string[] = [];

  constructor(source: string) {
    this.walk(jsonata(source).ast(), false, false);
  }

  /**
   * @param again Whether the node may be evaluated many times.
   * @param fresh Whether each time is in a frame of its own: there, a constructor of two or more members costs a level.
   */
  private walk(node: unknown, again: boolean, fresh: boolean): void {
    if (!isNode(node)) return;
    if (fresh && membersOf(node).length > 1) {
      this.problems.push(
        'builds an array or object of two or more members in a lambda, or a block that runs many times',
      );
    }
    if (node.type === 'function' && node.procedure?.type === 'variable') this.reviewCall(node);
    if (node.type === 'lambda' && node.thunk !== true) {
      this.walk(node.body, true, true);
    } else if (node.type === 'path') {
      this.walkPath(node, again, fresh);
    } else {
      for (const [name, part] of Object.entries(node)) {
        const within = ['predicate', 'stages', 'terms', 'group'].includes(name);
        this.walk(part, again || within, node.type === 'block' ? again : fresh);
      }
    }
  }

  private walkPath({ steps = [], ...rest }: Node, again: boolean, fresh: boolean): void {
    let tuples = false;
    for (const [index, step] of steps.entries()) {
      this.walk(step, again || index > 0, fresh || tuples);
      tuples ||= step.focus !== undefined || step.index !== undefined;
    }
    for (const part of Object.values(rest)) this.walk(part, true, fresh || tuples);
  }

  private reviewCall({ procedure, arguments: given = [] }: Node): void {
    const caller = String(procedure?.value);
    if (!['map', 'filter', 'single', 'reduce', 'sift', 'each', 'sort'].includes(caller)) return;
    for (const { type, value } of given) {
      if (type === 'variable' && [...JSONATA_FUNCTIONS, ...STEP_FUNCTIONS_FUNCTIONS].includes(String(value))) {
        this.problems.push(`hands $${value} to $${caller} as if it were a lambda`);
      }
    }
  }
}

function* expressionsIn(value: unknown): Generator<string> {
  if (typeof value === 'string' && value.startsWith('{%')) yield value;
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* expressionsIn(part);
}

test.each<[string, StateMachine]>(MACHINES.map(([name, machine]) => [name, machine]))(
  'the expressions of %s nest as deep for long lists as for short ones, and hand over lambdas only',
  (_, machine) => {
    const expressions = [...new Set(expressionsIn(machine))];
    expect(expressions.length).toBeGreaterThan(8);
    const problems = expressions.flatMap((text) =>
      new Review(sourceOf(text)).problems.map((problem) => `${text} ${problem}`),
    );
    expect(problems).toEqual([]);
  },
);

test.each([
  ["$sift($x, function($v, $k) { $not($k in ['id', 'name']) })", 1],
  ['$map($x, function($v) { {"a": 1, "b": $v} })', 1],
  ['$map($x, function($v) { [$v, 0][0] })', 1],
  ['$map($x, function($v) { ($y := [$v, 0]; $y) })', 1],
  ['$x.($y := $; {"a": $y, "b": 1})', 1],
  ['$x[($y := [a, b]; $count($y) = 2)]', 1],
  ['$x#$i.{"a": $i, "b": 1}', 1],
  ['$reduce($x, $lookup, $y)', 1],
  ['$map($x, function($v) { {"a": $v} })', 0],
  ['$map($x, function($v) { $v in $names })', 0],
  ['$x.{"a": 1, "b": $}', 0],
  ['($y := [1, 2]; {"a": $y, "b": 1})', 0],
  ['$reduce($x, function($o, $k) { $lookup($o, $k) }, $y)', 0],
])('of %s there are %d problems', (source, count) => {
  expect(new Review(source).problems).toHaveLength(count);
});
