/** Something that is defined, and what of it must be the same on both sides. */
export interface Definition {
  /** As it is reported: `table shop.orders`, `index shop.orders.by_customer`, `user app@%`. */
  readonly object: string;
  /** What it is part of: said to be missing once, not again for each part. */
  readonly of?: string;
  readonly aspects: Readonly<Record<string, string>>;
}
