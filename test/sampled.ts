/**
 * Of many alike, every so many, the first among them: enough to find what fails everywhere, in a run of all suites.
 * `EVERY=1` takes all, `EVERY=N` every N-th.
 */
export function sampled<T>(all: readonly T[], every: number): T[] {
  const step = Number(process.env.EVERY ?? every);
  return all.filter((_, index) => index % step === 0);
}
