import type { Construct } from 'constructs';
import { sharedCache } from './shared-cache/shared-cache';

/** Every example by the name of its folder. */
export const examples: Readonly<Record<string, (scope: Construct) => void>> = {
  'shared-cache': sharedCache,
};
