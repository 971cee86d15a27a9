import { z } from 'zod';
import type { PlanStep } from '../../sql/smoke/answer';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}

const node: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    Plans: z.array(node).optional(),
  }),
);
const plan = z.array(z.object({ Plan: node }));

/** How each table is reached, in the order of the plan. Sorting and joining differ between versions and matter less. */
export function planSteps(json: string): readonly PlanStep[] {
  return plan.parse(JSON.parse(json)).flatMap(({ Plan }) => stepsOf(Plan));
}

function stepsOf(one: PlanNode): readonly PlanStep[] {
  const table = one['Relation Name'];
  const index = one['Index Name'];
  const inner = (one.Plans ?? []).flatMap(stepsOf);
  if (table === undefined && index === undefined) return inner;
  return [{ table: table ?? '', access: one['Node Type'], key: index ?? '' }, ...inner];
}
