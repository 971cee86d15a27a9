import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

export const lambdaConcurrency: InAccount = {
  place: 'account',
  deploy({ facts }, { lambda }) {
    lambda.functions.add(textOf(facts, 'function'));
  },
  observe({ facts }, { lambda }) {
    return `${lambda.functions.require(textOf(facts, 'function')).reservedConcurrency ?? 'none'} reserved`;
  },
};
