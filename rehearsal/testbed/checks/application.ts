import type { HttpRequestOfCheck } from '../../../contract/common';
import { type EndpointAnswer, type EndpointRequest, LocalEndpoint } from '../../endpoints/local-endpoint';
import type { CheckAnswers } from './check-answers';
import type { ListedCheck } from './listed-checks';

/** By which the host's requests say whose they are. */
const WHOSE = 'x-rehearsal-check';

/** What an answer is to be like, so that its check passes. */
interface Expected {
  readonly check: string;
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** The applications that checks send requests to: one real HTTP server, which itself uses the record. */
export class Application {
  static async start(
    checks: readonly ListedCheck[],
    requests: readonly HttpRequestOfCheck[],
    answers: CheckAnswers,
  ): Promise<Application> {
    const stopping = new AbortController();
    const all = [
      ...requests.map(expectedOf),
      ...checks.filter(({ type }) => type === 'connectionRequest').map(expectedOver),
    ];
    const endpoint = await LocalEndpoint.start((request) => answer(all, request, answers, stopping.signal));
    return new Application(endpoint, requests, new Set(all.map(({ url }) => url.hostname)), stopping);
  }

  private constructor(
    private readonly endpoint: LocalEndpoint,
    private readonly sent: readonly HttpRequestOfCheck[],
    private readonly hosts: ReadonlySet<string>,
    private readonly stopping: AbortController,
  ) {}

  /** The requests of the migration host, led to this machine. */
  get requests(): readonly HttpRequestOfCheck[] {
    return this.sent.map((request) => {
      const { pathname, search } = new URL(request.url);
      const url = `${this.endpoint.origin}${pathname}${search}`;
      return { ...request, url, headers: { ...request.headers, [WHOSE]: encodeURIComponent(request.check) } };
    });
  }

  /** Where a host's server listens, if it is one that checks ask. */
  originOf(host: string): string | undefined {
    return this.hosts.has(host) ? this.endpoint.origin : undefined;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.endpoint.stop();
  }
}

async function answer(
  all: readonly Expected[],
  { method, url, headers }: EndpointRequest,
  answers: CheckAnswers,
  signal: AbortSignal,
): Promise<EndpointAnswer> {
  const whose = headers[WHOSE];
  const expected = all.find(
    (each) =>
      (whose === undefined ? each.url.pathname === url.pathname : encodeURIComponent(each.check) === whose) &&
      each.method === method,
  );
  if (expected === undefined) return { status: 404, text: 'Not found\n' };
  const { passed, detail } = await answers.of(expected.check, signal);
  return passed
    ? { status: expected.status, text: `${expected.text} (${detail})\n` }
    : { status: 503, text: `${detail}\n` };
}

function expectedOf({ check, method, url, status = 200, contains = 'ok' }: HttpRequestOfCheck): Expected {
  return { check, method, url: new URL(url), status, text: contains };
}

function expectedOver({ id, facts }: ListedCheck): Expected {
  const { method, url } = facts.request as { method: string; url: string };
  return {
    check: id,
    method,
    url: new URL(url),
    status: Number(facts.status ?? 200),
    text: String(facts.contains ?? 'ok'),
  };
}
