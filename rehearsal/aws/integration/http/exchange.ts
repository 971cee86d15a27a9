import { request as sendOver } from 'node:http';
import { TaskFailure } from '../../../states-language';
import { NotRehearsedError } from '../../aws-error';
import type { HttpRequest } from './http-request';

/** An answer as an HTTP task's result has it. */
export interface HttpResult {
  readonly StatusCode: number;
  readonly StatusText: string;
  readonly Headers: Readonly<Record<string, readonly string[]>>;
  readonly ResponseBody?: unknown;
}

/** Step Functions waits no longer for an answer. @see docs/aws-facts.md#sfn-http-task-limit */
export const TIMEOUT_MS = 60_000;
const BINARY = /^(application\/octet-stream|image\/|video\/|audio\/)/;

interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

/**
 * Sends a request to the endpoint that stands for its host.
 *
 * @param origin where that endpoint listens, e.g. `http://127.0.0.1:40123`
 * @throws TaskFailure States.Http.StatusCode.<code>, whose cause is the status text alone; States.Http.Socket where no
 * answer came; States.Runtime for an answer that is no text
 */
export async function exchange(request: HttpRequest, origin: string, signal: AbortSignal): Promise<HttpResult> {
  const answer = await send(request, origin, signal).catch((error: Error) => {
    throw new TaskFailure('States.Http.Socket', `The request to ${request.url.host} failed: ${error.message}`);
  });
  const { status, statusText, headers, body } = answer;
  if (status >= 300 && status < 400) {
    throw new NotRehearsedError(`An HTTP task that ${request.url.host} answers with the redirection ${status}`);
  }
  if (status < 200 || status >= 400) {
    throw new TaskFailure(`States.Http.StatusCode.${status}`, statusText);
  }
  if (BINARY.test(headers['content-type']?.[0] ?? '')) {
    throw new TaskFailure('States.Runtime', `The answer of ${request.url.host} is ${headers['content-type']?.[0]}.`);
  }
  return {
    Headers: headers,
    StatusCode: status,
    StatusText: statusText,
    ...(body.length > 0 && { ResponseBody: parsed(textOf(body, request.url.host)) }),
  };
}

function send({ url, method, headers, body }: HttpRequest, origin: string, signal: AbortSignal): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const outgoing = sendOver(
      {
        hostname,
        port,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, host: url.host },
        signal,
        timeout: TIMEOUT_MS,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            statusText: incoming.statusMessage ?? '',
            headers: Object.fromEntries(
              Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values ?? []]),
            ),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function textOf(body: Buffer, host: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new TaskFailure('States.Runtime', `The answer of ${host} can't be read as text.`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
