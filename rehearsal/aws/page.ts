import type { AwsError } from './aws-error';

/** One page of a list, and the token of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
}

/**
 * A page of at most `size` items from where the token says.
 *
 * @param refuse makes the service's own error for a token it never gave
 */
export function page<Item>(
  all: readonly Item[],
  token: string | undefined,
  size: number,
  refuse: () => AwsError,
): Page<Item> {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0 || (token !== undefined && start === 0)) {
    throw refuse();
  }
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? Buffer.from(String(end)).toString('base64url') : undefined,
  };
}
