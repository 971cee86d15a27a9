import type { EndpointAnswer } from '../local-endpoint';
import type { Downtime, Downtimes } from './downtimes';
import { errors, type Route } from './route';

/** Downtimes as things of their own. @see https://docs.datadoghq.com/api/latest/downtimes/ */
export class DowntimeApi {
  constructor(
    private readonly hasMonitor: (id: number) => boolean,
    private readonly downtimes: Downtimes,
  ) {}

  readonly routes: readonly Route[] = [
    [/^POST \/api\/v2\/downtime$/, (_id, { body }) => this.schedule(body)],
    [/^GET \/api\/v2\/downtime$/, () => ({ status: 200, json: { data: this.downtimes.all().map(describe) } })],
    [/^GET \/api\/v2\/downtime\/([^/]+)$/, (id) => this.downtime(id)],
    [/^DELETE \/api\/v2\/downtime\/([^/]+)$/, (id) => this.cancel(id)],
    [/^GET \/api\/v2\/monitor\/(\d+)\/downtime_matches$/, (id) => this.matches(Number(id))],
  ];

  private schedule(body: string): EndpointAnswer {
    const { data } = JSON.parse(body) as { data?: DowntimeRequest };
    const { scope, monitor_identifier: monitor, schedule = {} } = data?.attributes ?? {};
    if (data?.type !== 'downtime' || typeof scope !== 'string' || typeof monitor?.monitor_id !== 'number') {
      return errors(400, 'data must be of type downtime, with attributes.scope and monitor_identifier.monitor_id');
    }
    if (!this.hasMonitor(monitor.monitor_id)) return errors(400, 'Monitor not found');
    const [start, end] = [schedule?.start, schedule?.end].map((time) => (time == null ? undefined : seconds(time)));
    if (Number.isNaN(start) || Number.isNaN(end) || (end !== undefined && end <= (start ?? this.downtimes.now()))) {
      return errors(400, 'schedule.end must be an ISO-8601 time with its offset, after the start and after now');
    }
    const downtime = this.downtimes.add({
      monitorId: monitor.monitor_id,
      scope,
      byMonitor: false,
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    });
    return { status: 200, json: { data: describe(downtime) } };
  }

  private downtime(id: string): EndpointAnswer {
    const downtime = this.downtimes.all().find((one) => one.id === id);
    return downtime === undefined
      ? errors(404, 'Downtime not found')
      : { status: 200, json: { data: describe(downtime) } };
  }

  /** A downtime that was cancelled before is no error. */
  private cancel(id: string): EndpointAnswer {
    return this.downtimes.cancel(id) ? { status: 204 } : errors(404, 'Downtime not found');
  }

  private matches(monitorId: number): EndpointAnswer {
    if (!this.hasMonitor(monitorId)) return errors(404, 'Monitor not found');
    return {
      status: 200,
      json: {
        data: this.downtimes.activeFor(monitorId).map(({ id, scope, start, end }) => ({
          id,
          type: 'downtime_match',
          attributes: { scope, start: iso(start), end: end === undefined ? null : iso(end), groups: [] },
        })),
      },
    };
  }
}

interface DowntimeRequest {
  readonly type?: string;
  readonly attributes?: {
    readonly scope?: unknown;
    readonly monitor_identifier?: { readonly monitor_id?: unknown };
    readonly schedule?: { readonly start?: string | null; readonly end?: string | null } | null;
  };
}

const describe = ({ id, monitorId, scope, start, end, status }: Downtime) => ({
  id,
  type: 'downtime',
  attributes: {
    scope,
    monitor_identifier: { monitor_id: monitorId },
    schedule: { start: iso(start), end: end === undefined ? null : iso(end) },
    status,
  },
});

/** Datadog wants the offset said. */
const seconds = (time: string): number =>
  /(Z|[+-]\d{2}:\d{2})$/.test(time) ? Math.floor(Date.parse(time) / 1000) : Number.NaN;

const iso = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace('.000Z', '+00:00');
