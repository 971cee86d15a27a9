/**
 * Which slots of a job the other side has not started. A start is of the slot of its minute; one that is left over is of the
 * newest slot before it: a busy host starts late.
 *
 * @param scheduled slots with their minutes, in order
 * @param started minutes of starts
 */
export function lackingSlots(
  scheduled: readonly (readonly [slot: string, minute: string])[],
  started: readonly string[],
): string[] {
  const late: string[] = [];
  const lacking = [...scheduled];
  for (const start of started) {
    const at = lacking.findIndex(([, minute]) => minute === start);
    if (at < 0) late.push(start);
    else lacking.splice(at, 1);
  }
  for (const start of late) {
    const at = lacking.findLastIndex(([, minute]) => minute < start);
    if (at >= 0) lacking.splice(at, 1);
  }
  return lacking.map(([slot]) => slot);
}

/** What a job's `late` makes of slots that are owed, in order. */
export function chosen(
  slots: readonly string[],
  late: 'each' | 'newest' | 'none',
): { take: string[]; leave: string[] } {
  const from = { each: 0, newest: Math.max(0, slots.length - 1), none: slots.length }[late];
  return { take: slots.slice(from), leave: slots.slice(0, from) };
}
