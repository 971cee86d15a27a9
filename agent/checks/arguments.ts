import { z } from 'zod';
import { argument, seconds } from '../arguments';

export const check = argument(z.string().min(1), {
  description: 'the name of the check',
  written: { as: 'name', read: (text) => text },
});
export const timeoutSeconds = argument(seconds, { description: 'seconds that the answer may take', byHand: 30 });
