import type { HttpRequestOfCheck } from '../../../contract/common';
import type { CheckKind, MigrationManifest } from '../../../contract/manifest';
import type { Json, JsonObject, Resource } from '../../assembly';
import { typesOf } from '../types-of-listed';

/** A check that is listed in a migration, as its states know it. */
export interface ListedCheck {
  readonly id: string;
  /** As the manifest calls the kind. */
  readonly type: CheckKind;
  /** As the library calls the kind, e.g. `HTTP request`. */
  readonly kind: string;
  /** `beforeResume` or `afterResume`. */
  readonly when: string;
  readonly owner?: string;
  readonly note?: string;
  /** Seconds that a try may take. */
  readonly timeout: number;
  readonly retries: number;
  /** Seconds between two tries. */
  readonly interval: number;
  readonly facts: JsonObject;
}

/** @param listed what the definition assigns to `$checks` */
export function readChecks(listed: Json | undefined, { migration, checks }: MigrationManifest): ListedCheck[] {
  const typeOf = typesOf('check', migration, checks);
  return (Array.isArray(listed) ? (listed as Json[]) : [])
    .filter(isObject)
    .map(({ id, kind, when, owner, note, timeout, retries, interval, facts }) => ({
      id: String(id),
      type: typeOf(String(id)),
      kind: String(kind),
      when: String(when),
      ...(owner !== undefined && { owner: String(owner) }),
      ...(note !== undefined && { note: String(note) }),
      timeout: Number(timeout),
      retries: Number(retries),
      interval: Number(interval),
      facts: facts !== undefined && isObject(facts) ? facts : {},
    }));
}

/** What the user data of the migration host writes into the file by which a deploy says whom the agent may reach. */
const REACH = /cat > \S*\/reach\.json <<'END_OF_FILE'\n([\s\S]*?)\nEND_OF_FILE/;

/** The requests that the host is given by its user data: nothing else says which it may send. */
export function readRequests(host: Resource): HttpRequestOfCheck[] {
  const script = Buffer.from(String(host.property('UserData') ?? ''), 'base64').toString();
  const [, reach] = REACH.exec(script) ?? [];
  if (reach === undefined) return [];
  return (JSON.parse(reach) as { requests?: HttpRequestOfCheck[] }).requests ?? [];
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
