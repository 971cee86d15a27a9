import type { IPrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ChainDefinitionBody,
  type DefinitionConfig,
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
      ...graph?.toGraphJson(props.queryLanguage),
    };
    return { definitionString: jsonLines(scope, definition, linesByState) };
  }
}
