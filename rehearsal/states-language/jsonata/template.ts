import { isExpression } from '../definition/schema';
import type { Json } from '../json';

/**
 * Replaces every JSONata string in a value by what it evaluates to.
 *
 * @param field The value's own name, as Step Functions writes it: `Output`, then `Output/a/b[0]` for what lies within.
 */
export async function evaluateTemplate(
  value: Json,
  field: string,
  evaluate: (expression: string, field: string) => Promise<Json>,
): Promise<Json> {
  if (typeof value === 'string') return isExpression(value) ? evaluate(value, field) : value;
  if (value === null || typeof value !== 'object') return value;
  if (isArray(value)) {
    const items: Json[] = [];
    for (const [index, item] of value.entries()) {
      items.push(await evaluateTemplate(item, `${field}[${index}]`, evaluate));
    }
    return items;
  }
  const members: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    members[key] = await evaluateTemplate(member, `${field}/${key}`, evaluate);
  }
  return members;
}

/** `Array.isArray` does not narrow to read-only arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
