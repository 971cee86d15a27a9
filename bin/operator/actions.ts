export const ACTIONS = ['preflight', 'prepare', 'cutover', 'rollback', 'recover', 'retire'] as const;
export type Action = (typeof ACTIONS)[number];
