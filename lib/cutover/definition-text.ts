import { Token } from 'aws-cdk-lib';
import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ChainDefinitionBody,
  type DefinitionConfig,
  type QueryLanguage,
  type StateGraph,
  type StateMachineProps,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { jsonLines } from './json-lines';
import { linesByState } from './lines-by-state';

/** A definition laid out one line a field, so that `cdk diff` shows which state changed. */
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
      ...Object(inherited(graph?.toGraphJson(props.queryLanguage), props.queryLanguage)),
    };
    return { definitionString: jsonLines(scope, definition, linesByState) };
  }
}

/** The CDK has states of branches and of items say the language again that they have of the state machine. */
function inherited(value: unknown, language: QueryLanguage | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => inherited(item, language));
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  const members = Object.entries(value).filter(([key, member]) => key !== 'QueryLanguage' || member !== language);
  return Object.fromEntries(members.map(([key, member]) => [key, inherited(member, language)]));
}
