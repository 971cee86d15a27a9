import { format } from 'node:util';
import type { JsonLog } from './log';

const MAX_LINES_A_MINUTE = 10;
const MINUTE_MS = 60_000;
const MAX_LENGTH = 300;
const METHODS = ['debug', 'error', 'info', 'log', 'warn'] as const;

/**
 * What libraries print on the console goes into the log: masked as all of it is, and not without end. A server decides how
 * often some print: mysql2 does for each packet whose number is not the next one (`handlePacket` of its `Connection`).
 *
 * @returns what gives the console back
 */
export function logConsole(log: Pick<JsonLog, 'mask' | 'warn'>, now: () => number = Date.now): () => void {
  const own = Object.fromEntries(METHODS.map((method) => [method, console[method]]));
  let since = Number.NEGATIVE_INFINITY;
  let lines = 0;
  const write = (...said: readonly unknown[]) => {
    if (now() - since >= MINUTE_MS) {
      const unsaid = Math.max(0, lines - MAX_LINES_A_MINUTE);
      if (unsaid > 0) log.warn('library.unsaid', { lines: unsaid });
      since = now();
      lines = 0;
    }
    lines += 1;
    if (lines <= MAX_LINES_A_MINUTE) log.warn('library.said', { text: log.mask(format(...said)).slice(0, MAX_LENGTH) });
  };
  Object.assign(console, Object.fromEntries(METHODS.map((method) => [method, write])));
  return () => Object.assign(console, own);
}
