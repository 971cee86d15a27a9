import { type IResolveContext, Lazy, Stack, Token } from 'aws-cdk-lib';
import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type CfnStateMachine,
  ChainDefinitionBody,
  type DefinitionConfig,
  type QueryLanguage,
  type StateGraph,
  type StateMachineProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { writeDefinition } from './definition-asset';
import { jsonLayout } from './json-lines';
import { linesByState } from './lines-by-state';
import { TemplateRoom } from './template-room';

/**
 * A definition laid out one line a field, so that `cdk diff` shows which state changed. Where a template has no room for it
 * beside those that were made before it, it is a file of its own, of which the diff shows that it changed.
 */
export class DefinitionText extends ChainDefinitionBody {
  private asset: (context: IResolveContext) => ReturnType<typeof writeDefinition> | undefined = () => undefined;

  /** For the state machine, which has no other place for them than its properties. */
  public readonly substitutions = Lazy.uncachedAny({
    produce: (context) => this.asset(context)?.substitutions,
  }) as unknown as Record<string, string>;

  public override bind(
    scope: Construct,
    _principal: IPrincipal,
    props: StateMachineProps,
    graph?: StateGraph,
  ): DefinitionConfig {
    const definition = {
      Comment: props.comment,
      QueryLanguage: props.queryLanguage,
      ...Object(inherited(graph?.toGraphJson(props.queryLanguage), props.queryLanguage)),
    };
    const layout = (context: IResolveContext) => jsonLayout(scope, definition, context, linesByState);
    const room = TemplateRoom.of(Stack.of(scope)).ask(definition);
    this.asset = (context) => {
      // While references are looked for, they must all be where they are found.
      return context.preparing || room.isThere() ? undefined : writeDefinition(scope, layout(context));
    };
    return {
      definitionString: Lazy.uncachedString({
        produce: (context) => (this.asset(context) === undefined ? (layout(context) as unknown as string) : undefined),
      }),
      definitionS3Location: Lazy.uncachedAny({
        produce: (context) => this.asset(context)?.location,
      }) as unknown as CfnStateMachine.S3LocationProperty,
    };
  }
}

/** The CDK has states of branches and of items say the language again that they have of the state machine. */
function inherited(value: unknown, language: QueryLanguage | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => inherited(item, language));
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  const members = Object.entries(value).filter(([key, member]) => key !== 'QueryLanguage' || member !== language);
  return Object.fromEntries(members.map(([key, member]) => [key, inherited(member, language)]));
}
