import { Condition } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from './expression';

/** A Choice's condition in JSONata, read as a sentence: `.when(is('$count(…) = 0'), …)`. */
export function is(jsonata: string): Condition {
  return Condition.jsonata(expression(jsonata));
}
