export const ACTIONS = ['preflight', 'prepare', 'cutover', 'back', 'recover', 'retire'] as const;
export type Action = (typeof ACTIONS)[number];
