import type { EvaluationResult, SimulatePolicyResponse, SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import { AwsError, NotRehearsedError } from './aws-error';
import { type Decision, evaluate, type PolicyStatement, type RequestContext } from './policy';
import type { AwsService, Operation } from './service';

/** The statements that a role has; undefined for a role that is not there. */
export type RoleStatements = (roleArn: string) => readonly PolicyStatement[] | undefined;

/** IAM, as far as a preflight asks it: whether a role could do something. */
export class Iam implements AwsService {
  readonly identifier = 'iam';

  constructor(private readonly statementsOf: RoleStatements) {}

  readonly operations = {
    simulatePrincipalPolicy: {
      needs: ({ PolicySourceArn: arn }) => [{ action: 'iam:SimulatePrincipalPolicy', resources: [arn ?? '*'] }],
      run: (request) => this.simulate(request),
    } satisfies Operation<SimulatePrincipalPolicyRequest, SimulatePolicyResponse>,
  };

  private simulate(request: SimulatePrincipalPolicyRequest): SimulatePolicyResponse {
    const { PolicySourceArn: arn = '', ActionNames: actions = [], ResourceArns: resources = ['*'] } = request;
    if (
      (request.PolicyInputList ?? []).length > 0 ||
      request.ResourcePolicy !== undefined ||
      request.CallerArn !== undefined
    ) {
      throw new NotRehearsedError('SimulatePrincipalPolicy with PolicyInputList, ResourcePolicy or CallerArn');
    }
    const unclear = actions.find((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action));
    if (unclear !== undefined) {
      throw new AwsError('InvalidInputException', `Invalid Entity Action: ${unclear}`);
    }
    const statements = this.statementsOf(arn);
    if (statements === undefined) {
      throw new AwsError('NoSuchEntityException', `The role with name ${arn.split('/').at(-1)} cannot be found.`);
    }
    const context: RequestContext = Object.fromEntries(
      (request.ContextEntries ?? []).map(({ ContextKeyName: key = '', ContextKeyValues: values = [] }) => [
        key,
        values.length === 1 ? values[0] : values,
      ]),
    );
    return {
      EvaluationResults: actions.flatMap((action) =>
        resources.map((resource) => describe(action, resource, evaluate(statements, { action, resource, context }))),
      ),
      IsTruncated: false,
    };
  }
}

const describe = (action: string, resource: string, decision: Decision): EvaluationResult => ({
  EvalActionName: action,
  EvalResourceName: resource,
  EvalDecision: decision,
  MatchedStatements: [],
  MissingContextValues: [],
});
