import type { Json, JsonObject } from '../assembly';
import { type EndpointAnswer, type EndpointRequest, LocalEndpoint } from '../endpoints/local-endpoint';
import type { StoppedWorkload } from '../testbed/migration';
import { namesOf } from './facts';
import type { External } from './rehearsed-kind';

/** The APIs behind hooks: each request does what the hook says it does, and everything else is not found. */
export const httpHook: External = {
  place: 'elsewhere',
  async start(workloads) {
    const hooks = new Map(workloads.map((workload) => [workload.id, hookOf(workload)]));
    const servers = new Map<string, LocalEndpoint>();
    const stop = async () => {
      for (const server of servers.values()) await server.stop();
    };
    try {
      for (const host of new Set([...hooks.values()].flatMap(requestsOf).map(({ url }) => url.hostname))) {
        servers.set(host, await LocalEndpoint.start((request) => answer([...hooks.values()], host, request)));
      }
    } catch (error) {
      await stop();
      throw error;
    }
    return {
      origins: new Map([...servers].map(([host, { origin }]) => [host, origin])),
      observe: ({ id }) => (hooks.get(id)?.stopped ? 'stopped' : 'running'),
      stop,
    };
  },
};

/** A workload that is stopped and started by requests to somebody's API. */
interface HttpHook {
  readonly stop: HookRequest;
  readonly start: HookRequest;
  readonly look: HookRequest | undefined;
  /** Where the answer to `look` tells that it is stopped, and by what value. */
  readonly field: readonly string[];
  readonly value: string;
  stopped: boolean;
}

interface HookRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: JsonObject | undefined;
}

function hookOf({ facts }: StoppedWorkload): HttpHook {
  return {
    stop: requestOf(facts.stop),
    start: requestOf(facts.start),
    look: facts.look === undefined ? undefined : requestOf(facts.look),
    field: namesOf(facts.field),
    value: String(facts.value),
    stopped: false,
  };
}

function answer(hooks: readonly HttpHook[], host: string, request: EndpointRequest): EndpointAnswer {
  for (const hook of hooks) {
    if (isThat(hook.stop, host, request)) return set(hook, true);
    if (isThat(hook.start, host, request)) return set(hook, false);
    if (hook.look !== undefined && isThat(hook.look, host, request)) return { status: 200, json: told(hook) };
  }
  return { status: 404, json: { error: 'Not found' } };
}

function set(hook: HttpHook, stopped: boolean): EndpointAnswer {
  hook.stopped = stopped;
  return { status: 200, json: {} };
}

/** The field within as many objects as its name has parts. */
function told({ field, value, stopped }: HttpHook): unknown {
  const running = value === 'false' ? 'true' : 'false';
  return field.reduceRight<unknown>((inner, name) => ({ [name]: inner }), stopped ? value : running);
}

/** Of a body, what the hook says of it: the connection may add more. */
function isThat(hook: HookRequest, host: string, { method, url, body }: EndpointRequest): boolean {
  if (hook.url.hostname !== host || hook.method !== method || hook.url.pathname !== url.pathname) return false;
  const sent: Readonly<Record<string, unknown>> = body === '' ? {} : JSON.parse(body);
  return (
    [...hook.url.searchParams].every(([name, value]) => url.searchParams.getAll(name).includes(value)) &&
    Object.entries(hook.body ?? {}).every(([name, value]) => JSON.stringify(sent[name]) === JSON.stringify(value))
  );
}

const requestsOf = ({ stop, start, look }: HttpHook) => [stop, start, ...(look === undefined ? [] : [look])];

function requestOf(request: Json | undefined): HookRequest {
  const { method, url, body } = objectIn(request);
  return { method: String(method), url: new URL(String(url)), body: body === undefined ? undefined : objectIn(body) };
}

const objectIn = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
