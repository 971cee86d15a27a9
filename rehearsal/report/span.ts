/** A stretch of the time line, in milliseconds since the rehearsal began. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export function lengthOf({ fromMs, toMs }: Span): number {
  return toMs - fromMs;
}

/** What of `span` lies within `window`; undefined where nothing does. A moment has no length, yet lies within. */
export function within(span: Span, window: Span): Span | undefined {
  const fromMs = Math.max(span.fromMs, window.fromMs);
  const toMs = Math.min(span.toMs, window.toMs);
  return fromMs <= toMs ? { fromMs, toMs } : undefined;
}

export function around(spans: readonly Span[]): Span | undefined {
  if (spans.length === 0) return undefined;
  const fromMs = spans.reduce((least, span) => Math.min(least, span.fromMs), Number.POSITIVE_INFINITY);
  const toMs = spans.reduce((most, span) => Math.max(most, span.toMs), Number.NEGATIVE_INFINITY);
  return { fromMs, toMs };
}

/** With room at both sides, so that nothing sticks to the frame. */
export function padded({ fromMs, toMs }: Span, shareOfLength: number, leastMs: number): Span {
  const padding = Math.max((toMs - fromMs) * shareOfLength, leastMs);
  return { fromMs: Math.max(0, fromMs - padding), toMs: toMs + padding };
}
