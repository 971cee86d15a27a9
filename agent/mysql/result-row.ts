/** A row as the client gives it: numbers, texts, NULL. */
export type Row = Readonly<Record<string, unknown>>;

/** The first of these columns that the row has, as text; '' where none is there or it is NULL. */
export function text(row: Row | undefined, ...columns: readonly string[]): string {
  for (const column of columns) {
    const value = row?.[column];
    if (value !== undefined && value !== null) return String(value);
  }
  return '';
}

/** The first of these columns that the row has, as a number; `undefined` where none is there or it is NULL. */
export function figure(row: Row | undefined, ...columns: readonly string[]): number | undefined {
  const value = text(row, ...columns);
  return value === '' ? undefined : Number(value);
}

/** Of a line of the process list, without the port; '' over a socket of the server's own host. */
export function hostOf(row: Row): string {
  return text(row, 'Host').replace(/:\d+$/, '');
}
