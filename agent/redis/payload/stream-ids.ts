/** Negative, zero or positive, as of a sort. Both halves of an id go up to 2^64. */
export function compareIds(one: Buffer, other: Buffer): number {
  const [ms = '0', sequence = '0'] = one.toString('latin1').split('-');
  const [otherMs = '0', otherSequence = '0'] = other.toString('latin1').split('-');
  if (ms !== otherMs) return Number(BigInt(ms) - BigInt(otherMs));
  return Number(BigInt(sequence) - BigInt(otherSequence));
}

/** The id right behind this one; 6.2's exclusive `(` is not there before. */
export function next(id: Buffer): string {
  const [milliseconds = '0', sequence = '0'] = id.toString('latin1').split('-');
  const following = BigInt(sequence) + 1n;
  return following < 2n ** 64n ? `${milliseconds}-${following}` : `${BigInt(milliseconds) + 1n}-0`;
}
