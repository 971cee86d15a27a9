import type { NotLookedAt } from './report';

/** Where a call of AWS is refused, or fails for a while, the others still tell something. */
export class Lookup {
  private readonly gaps: NotLookedAt[] = [];

  /** What was not looked at, and why. */
  get notLookedAt(): readonly NotLookedAt[] {
    return this.gaps;
  }

  miss(what: string, why: string): void {
    this.gaps.push({ what, why });
  }

  /** The result, or undefined and a row that says why not. */
  async attempt<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      this.miss(what, reasonOf(error));
      return undefined;
    }
  }
}

/**
 * What went wrong, in AWS's words.
 *
 * @throws the error itself where no other call would fare better
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || endsAll(error)) throw error;
  // EC2 hides some of its reasons in a text that only it can decode.
  return error.message.replace(/ Encoded authorization failure message: \S+/, '').trim() || error.name;
}

const endsAll = ({ name, message }: Error) =>
  /^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId|CredentialsProviderError|AuthFailure)/.test(
    name,
  ) || message === 'Region is missing';

/** Every page of a list, up to so many items; `onMore` is told where there are more. */
export async function everyItem<Item>(
  page: (token: string | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
  most: number,
  onMore: () => void,
): Promise<Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    found.push(...items);
    token = next;
  } while (token !== undefined && found.length < most);
  if (found.length > most || token !== undefined) onMore();
  return found.slice(0, most);
}
