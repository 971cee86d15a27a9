import type { Action, FixedResponseActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../aws-error';

/** One of these ends a rule's actions. */
const ROUTING: readonly (string | undefined)[] = ['forward', 'redirect', 'fixed-response'];
const CONTENT_TYPES = ['text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'];
/** In bytes: the stricter reading of a limit that is documented without a unit. */
const MAX_BODY_LENGTH = 1024;

/**
 * Refuses actions that a load balancer would not take.
 *
 * @throws AwsError ValidationError or InvalidLoadBalancerAction
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html
 */
export function checkActions(actions: readonly Action[]): void {
  const inOrder = [...actions].sort((one, other) => (one.Order ?? 1) - (other.Order ?? 1));
  const routing = inOrder.filter(({ Type }) => ROUTING.includes(Type));
  if (routing.length !== 1 || inOrder.at(-1) !== routing[0]) {
    throw unfit('A rule must have exactly one of the actions forward, redirect and fixed-response, and have it last');
  }
  for (const [index, action] of actions.entries()) {
    if (action.Type === 'fixed-response') {
      checkFixedResponse(action.FixedResponseConfig, `actions.${index + 1}.member.fixedResponseConfig`);
    }
    if (action.Type === 'forward' && action.TargetGroupArn === undefined && action.ForwardConfig === undefined) {
      throw unfit('A forward action must have a TargetGroupArn or a ForwardConfig');
    }
    if (action.Type === 'redirect' && action.RedirectConfig === undefined) {
      throw unfit('A redirect action must have a RedirectConfig');
    }
  }
}

function checkFixedResponse(response: FixedResponseActionConfig | undefined, path: string): void {
  if (response === undefined) {
    throw unfit('A fixed-response action must have a FixedResponseConfig');
  }
  const { StatusCode: status = '', MessageBody: body = '', ContentType: type } = response;
  if (!/^(2|4|5)\d\d$/.test(status)) {
    throw constraint(status, `${path}.statusCode`, 'satisfy regular expression pattern: ^(2|4|5)\\d\\d$');
  }
  if (Buffer.byteLength(body) > MAX_BODY_LENGTH) {
    throw constraint(body, `${path}.messageBody`, `have length less than or equal to ${MAX_BODY_LENGTH}`);
  }
  if (type !== undefined && !CONTENT_TYPES.includes(type)) {
    throw unfit(`The ContentType must be one of: '${CONTENT_TYPES.join("', '")}'`);
  }
}

const unfit = (text: string) => new AwsError('InvalidLoadBalancerActionException', text);

const constraint = (value: string, path: string, rule: string) =>
  new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must ${rule}`,
  );
