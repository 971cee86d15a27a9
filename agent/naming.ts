/** The first few names, and how many more there are: a finding is read, not searched. */
export function nameSome(names: readonly string[], most = 5): string {
  const named = names.slice(0, most).join(', ');
  return names.length > most ? `${named} and ${names.length - most} more` : named;
}
