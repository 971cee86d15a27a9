/** What the manifest says of the kind of each that the definition lists. */
export function typesOf<Kind>(
  what: 'workload' | 'check',
  migration: string,
  named: readonly { readonly id: string; readonly kind: Kind }[],
): (id: string) => Kind {
  const types = new Map(named.map(({ id, kind }) => [id, kind]));
  return (id) => {
    const type = types.get(id);
    if (type === undefined) throw new Error(`The manifest of ${migration} does not know the ${what} ${id}.`);
    return type;
  };
}
