import type { CheckResult, HttpCheckArgs, HttpRequestOfCheck } from '../../contract/common';
import { AgentError } from '../errors';
import type { Sides } from '../sides';
import type { Report } from '../verb';
import { type Answer, send } from './request';

/**
 * Whether an application answers as it should. What cannot be reached is an answer too, and no failure of the agent: a try
 * that has failed is tried again by anyone who asked.
 */
export async function httpCheck(
  { requests, migrationName }: Pick<Sides, 'requests' | 'migrationName'>,
  { check, timeoutSeconds }: HttpCheckArgs,
  { signal }: Report,
): Promise<CheckResult> {
  const request = requests.find((each) => each.check === check);
  if (request === undefined) throw unknown(check, requests, migrationName);
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    return judge(request, await send(request, AbortSignal.any([late, signal])));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const said = late.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(error);
    return { passed: false, detail: `${told(request)}: ${said}` };
  }
}

function judge(request: HttpRequestOfCheck, { status, body, truncated }: Answer): CheckResult {
  const { status: expected, contains } = request;
  const isExpected = expected === undefined ? status >= 200 && status < 300 : status === expected;
  if (!isExpected) {
    return {
      passed: false,
      detail: `${told(request)}: got the status ${status}, expected ${expected ?? '200 to 299'}`,
    };
  }
  if (contains !== undefined && !body.includes(contains)) {
    const read = truncated ? `the first ${body.length} characters` : `the ${body.length} characters`;
    return {
      passed: false,
      detail: `${told(request)}: got the status ${status}, and ${read} of the body do not contain "${contains}"`,
    };
  }
  return { passed: true, detail: `${told(request)}: got the status ${status}` };
}

/** Without what stands behind a question mark, which may be a token. */
function told({ method, url }: HttpRequestOfCheck): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`;
}

function unknown(check: string, requests: readonly HttpRequestOfCheck[], migrationName: string): AgentError {
  const known =
    requests.length === 0 ? 'there are none' : `there are: ${requests.map((each) => each.check).join(', ')}`;
  return new AgentError(
    'Agent.AccessDenied',
    `This host has no request of the check '${check}' of ${migrationName}; ${known}. Only a deploy may give it one: deploy the migration again.`,
  );
}
