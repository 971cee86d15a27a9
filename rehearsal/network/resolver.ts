import { randomInt } from 'node:crypto';
import * as dnsPacket from 'dns-packet';
import { exchange, type NameServer } from './dns-exchange';
import { canonicalName } from './zone';

const RCODE_BITS = 0xf;
const NOERROR = 0;
const NXDOMAIN = 3;

/** What a name led to. */
export interface Resolved {
  readonly address: string;
  /** The name the address belongs to: the end of the CNAME chain. */
  readonly target: string;
  /** From the resolver's clock; not used after it. */
  readonly expiresAtMs: number;
}

/** A name does not exist, or has no address. */
export class NameNotFound extends Error {
  override readonly name = 'NameNotFound';
}

interface Cached {
  readonly result: Resolved | NameNotFound;
  readonly expiresAtMs: number;
}

export interface ResolverOptions {
  readonly server: NameServer;
  /** Milliseconds for one question. @default 2000 */
  readonly timeoutMs?: number;
  /** Milliseconds. @default Date.now */
  readonly clock?: () => number;
}

/**
 * Resolves a name as a well-behaved client does: one question, its answer kept for the lowest TTL of the chain and
 * not a moment longer; "no such name" kept as long as the zone's SOA record says (RFC 2308), which is what makes
 * a record's gap so costly. Questions for one name at one time are asked once.
 */
export class Resolver {
  private readonly cache = new Map<string, Cached>();
  private readonly underWay = new Map<string, Promise<Cached>>();
  private readonly clock: () => number;

  constructor(private readonly options: ResolverOptions) {
    this.clock = options.clock ?? Date.now;
  }

  /** @throws NameNotFound, or an Error where the server does not answer. */
  async resolve(name: string): Promise<Resolved> {
    const key = canonicalName(name);
    const cached = this.cache.get(key);
    if (cached && this.clock() < cached.expiresAtMs) return unwrap(cached);

    let asking = this.underWay.get(key);
    if (!asking) {
      asking = this.ask(key).finally(() => this.underWay.delete(key));
      this.underWay.set(key, asking);
    }
    return unwrap(await asking);
  }

  private async ask(name: string): Promise<Cached> {
    const askedAt = this.clock();
    const answer = await exchange(
      {
        type: 'query',
        id: randomInt(65_536),
        flags: dnsPacket.RECURSION_DESIRED,
        questions: [{ type: 'A', name }],
      },
      this.options.server,
      this.options.timeoutMs ?? 2000,
    );
    const cached = this.read(name, answer, askedAt);
    this.cache.set(name, cached);
    return cached;
  }

  private read(name: string, answer: dnsPacket.DecodedPacket, askedAt: number): Cached {
    const answers = answer.answers ?? [];
    const ttls = answers.flatMap((one) => ('ttl' in one && one.ttl !== undefined ? [one.ttl] : []));
    const address = answers.find(({ type }) => type === 'A');
    if (address?.type === 'A') {
      const expiresAtMs = askedAt + Math.min(...ttls) * 1000;
      return { result: { address: address.data, target: canonicalName(address.name), expiresAtMs }, expiresAtMs };
    }
    const rcode = (answer.flags ?? 0) & RCODE_BITS;
    if (rcode !== NOERROR && rcode !== NXDOMAIN) {
      throw new Error(`The name server answered ${name} with the error code ${rcode} (RFC 1035 §4.1.1).`);
    }
    const authority = answer.authorities?.find(({ type }) => type === 'SOA');
    const seconds = authority?.type === 'SOA' ? Math.min(authority.ttl ?? 0, authority.data.minimum ?? 0) : 0;
    const why = rcode === NXDOMAIN ? 'does not exist' : 'has no address';
    return { result: new NameNotFound(`${name} ${why}.`), expiresAtMs: askedAt + seconds * 1000 };
  }
}

function unwrap({ result }: Cached): Resolved {
  if (result instanceof NameNotFound) throw result;
  return result;
}
