import { type IResolveContext, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What stands in one line: text, or text with references in it. */
export type JsonLine = string | JoinIntrinsic;

/** `Fn::Join`. */
export interface JoinIntrinsic {
  readonly 'Fn::Join': readonly [delimiter: string, parts: readonly unknown[]];
}

/** The lines put together again. */
export type Layout = (lines: readonly JsonLine[]) => JoinIntrinsic;

/** One join of all lines. */
export const joined = (parts: readonly unknown[]): JoinIntrinsic => ({ 'Fn::Join': ['\n', parts] });

/**
 * JSON text laid out one field a line, so that `cdk diff` shows what changed. The CDK's own text is a single line, in
 * which a reviewer of a large value sees nothing.
 */
export function jsonLines(scope: Construct, value: object, layout: Layout = joined): string {
  return Lazy.uncachedString({
    produce: (context) => jsonLayout(scope, value, context, layout) as unknown as string,
  });
}

/**
 * The same, for who is just resolving. While references are looked for, they count and not the lines that they stand in,
 * which for a large definition take as long to lay out as all the rest of a synthesis.
 */
export function jsonLayout(
  scope: Construct,
  value: object,
  context: IResolveContext,
  layout: Layout,
): JoinIntrinsic | string {
  const text = context.resolve(Stack.of(scope).toJsonString(value, 1));
  return context.preparing ? text : layout(linesOf(text));
}

/** `Fn::Join` of text fragments and intrinsics, cut at the line ends. */
function linesOf(text: unknown): JsonLine[] {
  const fragments = typeof text === 'string' ? [text] : (text as JoinIntrinsic)['Fn::Join'][1];
  const lines: unknown[][] = [[]];
  for (const fragment of fragments) {
    if (typeof fragment !== 'string') {
      lines.at(-1)?.push(fragment);
      continue;
    }
    const [head = '', ...rest] = fragment.split('\n');
    lines.at(-1)?.push(head);
    for (const line of rest) lines.push([line]);
  }
  return lines.map((line) => (line.length === 1 ? String(line[0]) : { 'Fn::Join': ['', line] }));
}
