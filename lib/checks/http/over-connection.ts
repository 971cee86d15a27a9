import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/states/expression';
import { type HttpFacts, httpCall } from '../../workloads/http/http-call';
import type { CheckKind, CheckStates } from '../check-kind';

interface ConnectionRequestFacts extends HttpFacts {
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers?: { readonly [name: string]: string };
    readonly body?: unknown;
  };
  readonly status?: number;
  readonly contains?: string;
}

const TOLD = `$facts.request.method & ' ' & $substringBefore($facts.request.url, '?')`;

/** Any status but 200 to 299 is a failure of Step Functions' own, which names it. */
export const OVER_CONNECTION: CheckKind<ConnectionRequestFacts> = {
  id: 'connectionRequest',
  name: 'HTTP request over a connection',

  ask(states: CheckStates<ConnectionRequestFacts>): IChainable {
    return httpCall(states, `${states.prefix}: send it`, {
      request: '$facts.request',
      allowed: {
        methods: states.all.map(({ request }) => request.method),
        urls: states.all.map(({ request }) => request.url),
      },
      attempts: 0,
      seconds: '$check.timeout',
      outputs: expression(`(
        $status := $states.result.StatusCode;
        $body := $states.result.ResponseBody;
        $text := $type($body) = 'string' ? $body : $string($body);
        $expected := $exists($facts.status) ? $status = $facts.status : true;
        $found := $exists($facts.contains) ? $contains([$text, ''][0], $facts.contains) : true;
        {
          'passed': $expected and $found,
          'detail': ${TOLD} & ': got the status ' & $string($status)
          & ($expected ? '' : ', expected ' & $string($facts.status))
          & ($found ? '' : ', and the body does not contain "' & $facts.contains & '"')
        }
      )`),
    });
  },
};
