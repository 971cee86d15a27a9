/** What a member may be: a text, a number, and so on; or a schema, which is made when it is asked for. */
type Member = number | readonly unknown[] | (() => unknown);

type Members = Readonly<Record<string, Member>>;

/** Of an error, how it comes over HTTP. */
interface ErrorTraits {
  readonly error: 'client' | 'server';
  readonly httpError?: number;
}

/** How an operation is called over HTTP: method, path, status. */
interface HttpTraits {
  readonly http: readonly [string, string, number];
}

/**
 * Writes AWS's API model of a service down in the form of the SDK for JavaScript's own schemas, for services of which the SDK
 * has none that can be read at run time: the kind (3 a structure, 1 a list, 9 an operation, -3 an error), namespace, name,
 * traits; of a structure its members, their schemas and how many of the first are required. 0 is a text, 1 a number, 2 a
 * Boolean, 4 a time, 64 a list of texts.
 */
export function serviceModel(namespace: string) {
  return {
    structure: (name: string, members: Members, required = 0) =>
      [3, namespace, name, 0, Object.keys(members), Object.values(members), required] as const,
    list: (name: string, member: Member) => [1, namespace, name, 0, member] as const,
    operation: (name: string, input: object, output: object, traits: HttpTraits | 0 = 0) =>
      [9, namespace, name, traits, () => input, () => output] as const,
    error: (name: string, traits: ErrorTraits) => [-3, namespace, name, traits, ['Message'], [0]] as const,
  };
}
