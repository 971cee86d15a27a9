import type Redis from 'ioredis';
import { LoadClient, timesOf, type Workplace } from './load-client';

const SESSIONS = 150;
const TTL_MS = 180_000;
/** Some sessions end by themselves while the rehearsal runs, so that expiry is moved as well. */
const SHORT_TTL_MS = 4_000;

interface Session {
  readonly key: string;
  readonly holds: 'string' | 'hash';
  readonly ttlMs: number;
  /** The last acknowledged id. */
  id: string;
  /** From here on it may have expired. */
  mayExpireMs: number;
  /** Writes since then whose outcome is unknown; null: a logout. */
  readonly unknown: Set<string | null>;
}

/** Clients of a site with logins: each request reads the session, some write it back, a few log out. */
export class SessionClient extends LoadClient {
  private readonly sessions = new Map<string, Session>();

  constructor(at: Workplace) {
    super('session', at);
  }

  override async turn(): Promise<void> {
    const { random } = this.at;
    if (this.sessions.size < SESSIONS && random.chance(0.3)) return this.logIn();
    const session = [...this.sessions.values()][random.integer(this.sessions.size)];
    if (!session) return this.logIn();

    if (!(await this.stillLoggedIn(session))) return;
    if (random.chance(0.4)) await this.write(session);
    else if (random.chance(0.05)) await this.logOut(session);
  }

  private async logIn(): Promise<void> {
    const { random } = this.at;
    const session: Session = {
      key: `load:session:${this.nextId()}`,
      holds: random.chance(0.5) ? 'string' : 'hash',
      ttlMs: random.chance(0.1) ? SHORT_TTL_MS : TTL_MS,
      id: '',
      mayExpireMs: 0,
      unknown: new Set(),
    };
    await this.write(session);
  }

  /** The site's own check at every request. What is not there although it must be, the user notices as a login page. */
  private async stillLoggedIn(session: Session): Promise<boolean> {
    const outcome = await this.run((redis) => readId(redis, session));
    if (outcome.state !== 'done') return false;
    const { value: found, sentMs, ackedMs, server } = outcome;
    if (found !== null && found === session.id) return true;
    if (session.unknown.has(found)) {
      // The write without an answer did happen.
      session.unknown.delete(found);
      if (found === null) return this.forget(session);
      session.id = found;
      return true;
    }
    if (found === null && ackedMs >= session.mayExpireMs) return this.forget(session);
    this.report({ type: 'stale', kind: 'session', key: session.key, expected: session.id, found, sentMs, server });
    // The user logs in again.
    session.unknown.clear();
    await this.write(session);
    return false;
  }

  private forget(session: Session): false {
    this.sessions.delete(session.key);
    return false;
  }

  private async write(session: Session): Promise<void> {
    const { key, holds, ttlMs } = session;
    const id = this.nextId();
    const data = `${id}|${'x'.repeat(this.at.random.between(20, 400))}`;
    const outcome = await this.run(async (redis) => {
      if (holds === 'string') return redis.set(key, data, 'PX', ttlMs);
      const results = await redis.multi().hmset(key, { id, data }).pexpire(key, ttlMs).exec();
      const failure = results?.find(([error]) => error)?.[0];
      if (failure) throw failure;
      return 'OK';
    });
    const times = timesOf(outcome);
    if (!times) return;
    this.report({ type: 'write', kind: 'session', key, holds, id, ttlMs, ...times });
    if (outcome.state === 'done') {
      session.id = id;
      session.mayExpireMs = outcome.sentMs + ttlMs;
      session.unknown.clear();
      this.sessions.set(key, session);
    } else if (this.sessions.has(key)) {
      // `mayExpireMs` stays: if it did not happen, the key ends as before.
      session.unknown.add(id);
    }
  }

  private async logOut(session: Session): Promise<void> {
    const { key, holds } = session;
    this.at.reporter.reportNow({ type: 'deletion', key });
    const outcome = await this.run((redis) => redis.del(key));
    const times = timesOf(outcome);
    if (!times) return;
    this.report({ type: 'write', kind: 'session', key, holds, id: null, ...times });
    if (outcome.state === 'done') this.forget(session);
    else session.unknown.add(null);
  }
}

async function readId(redis: Redis, { key, holds }: Session): Promise<string | null> {
  if (holds === 'hash') return redis.hget(key, 'id');
  const value = await redis.get(key);
  return value?.split('|', 1)[0] ?? null;
}
