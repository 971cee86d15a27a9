/** Facts of a request that conditions and policy variables ask for, e.g. `aws:PrincipalArn`. */
export type RequestContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `*` stands for any text, `?` for one character. */
export function matchesPattern(pattern: string, text: string, ignoreCase = false): boolean {
  const known = ignoreCase ? INSENSITIVE : SENSITIVE;
  const expression = known.get(pattern) ?? compile(pattern, ignoreCase);
  known.set(pattern, expression);
  return expression.test(text);
}

/** An account's policies are asked at every call. */
const SENSITIVE = new Map<string, RegExp>();
const INSENSITIVE = new Map<string, RegExp>();

function compile(pattern: string, ignoreCase: boolean): RegExp {
  const source = [...pattern]
    .map((character) => (character === '*' ? '.*' : character === '?' ? '.' : literally(character)))
    .join('');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}

/** As `ArnLike`: colon by colon, so that a `*` in one part of an ARN does not reach into the next. */
export function matchesArn(pattern: string, arn: string): boolean {
  const [patternParts, parts] = [arnParts(pattern), arnParts(arn)];
  return (
    patternParts.length === parts.length &&
    parts.every((part, index) => matchesPattern(patternParts[index] ?? '', part))
  );
}

/**
 * Puts the request's facts in place of policy variables (`${aws:PrincipalArn}`); undefined where the request has no such
 * fact, and then the statement does not match. A wildcard out of a variable is text.
 */
export function substituteVariables(pattern: string, context: RequestContext): string | undefined {
  let missing = false;
  const text = pattern.replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name === '*' || name === '?' || name === '$') {
      return name;
    }
    const value = lookUp(context, name);
    if (typeof value !== 'string') {
      missing = true;
      return '';
    }
    return value;
  });
  return missing ? undefined : text;
}

/** Condition keys are not case-sensitive. */
export function lookUp(context: RequestContext, key: string): string | readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

const literally = (character: string) => character.replace(/[.+^${}()|[\]\\]/, '\\$&');

/** The sixth part of an ARN may hold colons of its own. */
function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
