import type { EndpointAnswer, EndpointRequest } from '../local-endpoint';
import type { Downtimes } from './downtimes';
import { errors, type Route } from './route';

/** Monitors, and how they are muted by the older API. @see https://docs.datadoghq.com/api/latest/monitors/ */
export class Monitors {
  constructor(
    private readonly ids: readonly number[],
    private readonly downtimes: Downtimes,
  ) {}

  readonly routes: readonly Route[] = [
    [/^GET \/api\/v1\/monitor\/(\d+)$/, (id) => this.found(id) ?? this.describe(Number(id))],
    [/^POST \/api\/v1\/monitor\/(\d+)\/mute$/, (id, request) => this.found(id) ?? this.mute(Number(id), request)],
    [/^POST \/api\/v1\/monitor\/(\d+)\/unmute$/, (id, request) => this.found(id) ?? this.unmute(Number(id), request)],
  ];

  has(id: number): boolean {
    return this.ids.includes(id);
  }

  private found(id: string): EndpointAnswer | undefined {
    return this.has(Number(id)) ? undefined : errors(404, 'Monitor not found');
  }

  private describe(id: number): EndpointAnswer {
    const active = this.downtimes.activeFor(id);
    // Only what was muted on the monitor itself stands in its options; a downtime does not.
    const silenced = active.filter(({ byMonitor }) => byMonitor).map(({ scope, end }) => [scope, end ?? null]);
    return {
      status: 200,
      json: {
        id,
        name: `Monitor ${id}`,
        type: 'metric alert',
        options: { silenced: Object.fromEntries(silenced) },
        matching_downtimes: active.map(({ id: downtime, scope, start, end }) => ({
          id: downtime,
          scope: [scope],
          start,
          end: end ?? null,
        })),
      },
    };
  }

  private mute(id: number, { url, body }: EndpointRequest): EndpointAnswer {
    const given: { scope?: unknown; end?: unknown } = body === '' ? {} : JSON.parse(body);
    const end = given.end ?? url.searchParams.get('end') ?? undefined;
    const scope = String(given.scope ?? url.searchParams.get('scope') ?? '*');
    if (this.downtimes.activeFor(id).some((downtime) => downtime.byMonitor && downtime.scope === scope)) {
      return errors(400, 'Monitor is already muted');
    }
    this.downtimes.add({ monitorId: id, scope, byMonitor: true, ...(end !== undefined && { end: Number(end) }) });
    return this.describe(id);
  }

  private unmute(id: number, { url }: EndpointRequest): EndpointAnswer {
    const scope = url.searchParams.get('scope') ?? '*';
    const all = url.searchParams.get('all_scopes') === 'true';
    for (const downtime of this.downtimes.activeFor(id)) {
      if (downtime.byMonitor && (all || downtime.scope === scope)) this.downtimes.cancel(downtime.id);
    }
    return this.describe(id);
  }
}
