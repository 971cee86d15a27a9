import { lengthOf, type Span } from '../span';

/** Closer than this there is a slice or two, and nothing more to see. */
export const CLOSEST_MS = 250;

/** A window of that length around a moment that stays where it is in it, kept within the whole. */
export function zoomed(window: Span, whole: Span, factor: number, aroundMs: number): Span {
  const length = Math.min(lengthOf(whole), Math.max(CLOSEST_MS, lengthOf(window) * factor));
  const share = (aroundMs - window.fromMs) / lengthOf(window);
  return kept({ fromMs: aroundMs - share * length, toMs: aroundMs + (1 - share) * length }, whole);
}

/** The window moved by a share of its length. */
export function moved(window: Span, whole: Span, share: number): Span {
  const by = lengthOf(window) * share;
  return kept({ fromMs: window.fromMs + by, toMs: window.toMs + by }, whole);
}

/** Between two moments, however they were given. */
export function between(oneMs: number, otherMs: number, whole: Span): Span {
  const [fromMs, toMs] = [Math.min(oneMs, otherMs), Math.max(oneMs, otherMs)];
  return zoomed({ fromMs, toMs: Math.max(toMs, fromMs + 1) }, whole, 1, (fromMs + toMs) / 2);
}

function kept({ fromMs, toMs }: Span, whole: Span): Span {
  const length = toMs - fromMs;
  const from = Math.max(whole.fromMs, Math.min(fromMs, whole.toMs - length));
  return { fromMs: from, toMs: from + length };
}
