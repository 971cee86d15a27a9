import type { Finding } from '../../../contract/common';
import type { Survey } from './survey';

/** An expiry is carried as a point in time, so that a target whose clock is ahead lets keys expire early. */
const tolerableMs = 1_000;

export function checkClocks({ from, to }: Survey): readonly Finding[] {
  const apartMs = Math.round(Math.abs(from.clockAheadMs - to.clockAheadMs));
  if (apartMs <= tolerableMs) return [];
  return [
    {
      id: 'redis.clock-skew',
      severity: 'warning',
      message: `The clocks of ${from.where} and ${to.where} are ${(apartMs / 1000).toFixed(1)} s apart: keys expire that much earlier or later after the switch.`,
      remedy: "Replace the node whose clock is wrong; ElastiCache's nodes keep time by themselves.",
    },
  ];
}
