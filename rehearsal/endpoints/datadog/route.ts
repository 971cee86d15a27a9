import type { EndpointAnswer, EndpointRequest } from '../local-endpoint';

/** What `<method> <path>` must match, and what answers it with the pattern's groups. */
export type Route = readonly [pattern: RegExp, answer: (id: string, request: EndpointRequest) => EndpointAnswer];

/** As Datadog words every refusal. */
export const errors = (status: number, ...texts: string[]): EndpointAnswer => ({ status, json: { errors: texts } });
