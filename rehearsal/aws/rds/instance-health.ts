export type InstanceStatus = 'creating' | 'available' | 'modifying' | 'rebooting' | 'renaming' | 'deleting' | 'failed';

/**
 * Whether an instance answers, and since when: its endpoints learn of either late.
 *
 * @see docs/aws-facts.md#rds-endpoint-of-unhealthy
 */
export class InstanceHealth {
  private current: InstanceStatus = 'available';
  private lostAt: number | undefined;
  private backAt: number | undefined;

  constructor(private readonly now: () => number) {}

  get status(): InstanceStatus {
    return this.current;
  }

  set status(status: InstanceStatus) {
    this.current = status;
    if (status === 'available') this.recover();
    else this.lose();
  }

  /** Its engine has gone: RDS may call it available all the same. */
  lose(): void {
    this.lostAt ??= this.now();
  }

  recover(): void {
    if (this.lostAt === undefined) return;
    this.backAt = this.now();
  }

  /**
   * Whether custom endpoints lead to it.
   *
   * @param leave - milliseconds that they still do once it has gone
   * @param join - milliseconds that they do not yet once it is back
   */
  isBehind({ leave, join }: { readonly leave: number; readonly join: number }): boolean {
    const { lostAt, backAt } = this;
    if (lostAt === undefined) return true;
    const now = this.now();
    if (backAt === undefined || backAt < lostAt) return now < lostAt + leave;
    // One that was back before they had learnt that it was gone has never left.
    if (backAt >= lostAt + leave && now < backAt + join) return false;
    this.lostAt = undefined;
    this.backAt = undefined;
    return true;
  }
}
