/** Below the backlog of a server, which is 511 by default (`tcp-backlog`). */
export const AT_ONCE = 400;

/** Stops at the first that rejects, once those begun before have ended. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  let failed: { readonly error: unknown } | undefined;
  const lane = async () => {
    for (const item of rest) {
      if (failed !== undefined) return;
      await work(item).catch((error: unknown) => {
        failed ??= { error };
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (failed !== undefined) throw failed.error;
}
