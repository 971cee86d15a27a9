import { arnOf } from '../aws/environment';
import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

export const eventSourceMapping: InAccount = {
  place: 'account',
  deploy({ facts }, { lambda, environment }) {
    lambda.functions.add('imported');
    lambda.mappings.add({
      uuid: textOf(facts, 'uuid'),
      functionName: 'imported',
      eventSourceArn: arnOf(environment, 'sqs', 'imported'),
    });
  },
  observe: ({ facts }, { lambda }) => String(lambda.mappings.describe(textOf(facts, 'uuid')).State),
};
