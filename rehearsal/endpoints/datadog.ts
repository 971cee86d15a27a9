import { DowntimeApi } from './datadog/downtime-api';
import { Downtimes } from './datadog/downtimes';
import { Monitors } from './datadog/monitors';
import { errors, type Route } from './datadog/route';
import { type EndpointAnswer, type EndpointRequest, LocalEndpoint } from './local-endpoint';

export interface DatadogProps {
  readonly apiKey: string;
  readonly applicationKey: string;
  readonly monitorIds: readonly number[];
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/**
 * Datadog's monitors and downtimes, as a real HTTP server: what is muted, by whom, and until when.
 */
export class Datadog {
  readonly downtimes: Downtimes;
  private throttled = 0;
  private endpoint?: LocalEndpoint;
  private readonly routes: readonly Route[];

  private constructor(private readonly props: DatadogProps) {
    this.downtimes = new Downtimes(props.now ?? Date.now);
    const monitors = new Monitors(props.monitorIds, this.downtimes);
    this.routes = [...monitors.routes, ...new DowntimeApi((id) => monitors.has(id), this.downtimes).routes];
  }

  static async start(props: DatadogProps): Promise<Datadog> {
    const datadog = new Datadog(props);
    datadog.endpoint = await LocalEndpoint.start((request) => datadog.answer(request));
    return datadog;
  }

  /** e.g. `http://127.0.0.1:40123`. */
  get origin(): string {
    return this.endpoint?.origin ?? '';
  }

  /** Whether a monitor would tell nobody now. */
  isMuted(monitorId: number): boolean {
    return this.downtimes.activeFor(monitorId).length > 0;
  }

  /** Answers the next requests with 429. */
  throttle(requests: number): void {
    this.throttled = requests;
  }

  async stop(): Promise<void> {
    await this.endpoint?.stop();
  }

  private answer(request: EndpointRequest): EndpointAnswer {
    const { method, url, headers } = request;
    if (this.throttled > 0) {
      this.throttled -= 1;
      return errors(429, 'Rate limit of 1 requests in 60 seconds reached.');
    }
    if (headers['dd-api-key'] !== this.props.apiKey || headers['dd-application-key'] !== this.props.applicationKey) {
      return errors(403, 'Forbidden');
    }
    for (const [pattern, route] of this.routes) {
      const match = pattern.exec(`${method} ${url.pathname}`);
      if (match !== null) return route(match[1] ?? '', request);
    }
    return errors(404, 'Not found');
  }
}
