import { Lazy, Stack } from 'aws-cdk-lib';
import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ChainDefinitionBody,
  type DefinitionConfig,
  type StateGraph,
  type StateMachineProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * A definition laid out one line a field, so that `cdk diff` shows which state changed. The CDK's own body is a single
 * line of many kilobytes, in which a reviewer sees nothing.
 */
export class DefinitionText extends ChainDefinitionBody {
  public override bind(
    scope: Construct,
    _principal: IPrincipal,
    props: StateMachineProps,
    graph?: StateGraph,
  ): DefinitionConfig {
    const definition = {
      Comment: props.comment,
      QueryLanguage: props.queryLanguage,
      ...graph?.toGraphJson(props.queryLanguage),
    };
    return {
      definitionString: Lazy.uncachedString({
        produce: (context) => linesOf(context.resolve(Stack.of(scope).toJsonString(definition, 1))) as string,
      }),
    };
  }
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
