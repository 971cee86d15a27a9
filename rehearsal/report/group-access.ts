import type { ClientAccess } from './result';
import { tenths } from './units';

/** e.g. `writes on green since 12.3 s`, `no writes since 9.8 s, when they were on blue`. */
export function accessInWords({ answered, shutOut }: ClientAccess): string {
  const parts = [
    ...shutOut.map(
      ({ access, lastSide, lastMs }) => `no ${access} since ${tenths(lastMs)}, when they were on ${lastSide}`,
    ),
    ...answered.map(({ access, side, sinceMs }) => `${access} on ${side} since ${tenths(sinceMs)}`),
  ];
  return parts.length === 0 ? 'was never answered' : parts.join('; ');
}
