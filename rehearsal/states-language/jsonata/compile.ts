import jsonata, { type Expression } from 'jsonata';
import { BoundedRegExp } from './bounded-regexp';

/**
 * Compiles an expression; all are compiled here. JSONata keeps which class regular expressions are made of for all
 * expressions at once, as the last one that was compiled has it: a single one without it would take the bound off all others.
 *
 * @throws what JSONata's parser throws, an object with `message`.
 */
export function compile(source: string): Expression {
  return jsonata(source, { RegexEngine: BoundedRegExp as unknown as RegExp });
}
