import type { Connection } from './connection';

/** What a server says of itself, name to value. */
export type Stats = ReadonlyMap<string, string>;

/** `STAT name value`. Empty where the server does not know the command. */
export async function statsOf(connection: Connection, of = ''): Promise<Stats> {
  const lines = (await connection.lines(of === '' ? 'stats' : `stats ${of}`)) ?? [];
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [, name, value] = /^STAT (\S+) ?(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** 0 where the version does not have it. */
export function numberIn(stats: Stats, name: string): number {
  const value = Number(stats.get(name));
  return Number.isFinite(value) ? value : 0;
}
