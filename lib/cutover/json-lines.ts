import { Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * JSON text laid out one field a line, so that `cdk diff` shows what changed. The CDK's own text is a single line, in
 * which a reviewer of a large value sees nothing.
 */
export function jsonLines(scope: Construct, value: object): string {
  return Lazy.uncachedString({
    produce: (context) => linesOf(context.resolve(Stack.of(scope).toJsonString(value, 1))) as string,
  });
}

interface JoinIntrinsic {
  readonly 'Fn::Join': [string, unknown[]];
}

/** `Fn::Join` of text fragments and intrinsics, cut at the line ends. */
function linesOf(text: unknown): unknown {
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
  return { 'Fn::Join': ['\n', lines.map((line) => (line.length === 1 ? line[0] : { 'Fn::Join': ['', line] }))] };
}
