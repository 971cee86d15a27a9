/** How often commands were called that change keys without an event, by command. */
export class SilentWrites {
  private readonly counts = new Map<string, number>();

  add(calls: ReadonlyMap<string, number>): void {
    for (const [command, times] of calls) this.counts.set(command, (this.counts.get(command) ?? 0) + times);
  }

  calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }

  /** Those since `calls` answered with `before`. */
  since(before: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
    const more = [...this.counts].map(([command, times]): [string, number] => [
      command,
      times - (before[command] ?? 0),
    ]);
    return Object.fromEntries(more.filter(([, times]) => times > 0));
  }
}
