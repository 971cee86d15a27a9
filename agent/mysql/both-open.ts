/** Waits for two things that are opened side by side. Where one cannot be had, the other is closed again. */
export async function bothOpen<A extends Closable, B extends Closable>(
  one: Promise<A>,
  other: Promise<B>,
): Promise<[A, B]> {
  const [first, second] = await Promise.allSettled([one, other]);
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value];
  for (const each of [first, second]) if (each.status === 'fulfilled') each.value.close();
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason;
}

/** The same for as many as there are. */
export async function allOpen<A extends Closable>(opening: readonly Promise<A>[]): Promise<readonly A[]> {
  const settled = await Promise.allSettled(opening);
  const open = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const refused = settled.find((each) => each.status === 'rejected');
  if (refused === undefined) return open;
  for (const each of open) each.close();
  throw refused.reason;
}

interface Closable {
  close(): void;
}
