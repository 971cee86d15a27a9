/** A time in which a monitor tells nobody. */
export interface Downtime {
  readonly id: string;
  readonly monitorId: number;
  readonly scope: string;
  /** Muted on the monitor itself, by the older API. */
  readonly byMonitor: boolean;
  /** Seconds since the epoch. */
  readonly start: number;
  /** Undefined: until it is cancelled. */
  readonly end?: number;
  readonly status: 'scheduled' | 'active' | 'ended' | 'canceled';
}

type Stored = Omit<Downtime, 'status'> & { cancelled: boolean };

/** The downtimes of an organization. Each stands alone: cancelling one leaves the others. */
export class Downtimes {
  private readonly stored: Stored[] = [];

  /** @param clock milliseconds since the epoch */
  constructor(private readonly clock: () => number) {}

  /** Seconds since the epoch. */
  now(): number {
    return Math.floor(this.clock() / 1000);
  }

  add(downtime: Omit<Stored, 'id' | 'start' | 'cancelled'> & { readonly start?: number }): Downtime {
    const stored: Stored = {
      ...downtime,
      id: `00000000-0000-1234-0000-${String(this.stored.length + 1).padStart(12, '0')}`,
      start: downtime.start ?? this.now(),
      cancelled: false,
    };
    this.stored.push(stored);
    return this.withStatus(stored);
  }

  /** @returns false where there is none of that id. */
  cancel(id: string): boolean {
    const found = this.stored.find((downtime) => downtime.id === id);
    if (found !== undefined) found.cancelled = true;
    return found !== undefined;
  }

  all(): readonly Downtime[] {
    return this.stored.map((one) => this.withStatus(one));
  }

  activeFor(monitorId: number): readonly Downtime[] {
    return this.all().filter((downtime) => downtime.monitorId === monitorId && downtime.status === 'active');
  }

  private withStatus({ cancelled, ...downtime }: Stored): Downtime {
    const now = this.now();
    if (cancelled) return { ...downtime, status: 'canceled' };
    if (downtime.end !== undefined && now >= downtime.end) return { ...downtime, status: 'ended' };
    return { ...downtime, status: now >= downtime.start ? 'active' : 'scheduled' };
  }
}
