/** Undoes all that can be undone, then fails with what happened and with what could not be. */
export async function asBefore(cause: unknown, undo: readonly (() => Promise<void>)[]): Promise<never> {
  const failures: string[] = [];
  for (const step of undo) await step().catch((error: Error) => failures.push(error.message));
  if (failures.length === 0) throw cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Error(`${reason} Not everything is as it was: ${failures.join('; ')}`, { cause });
}
