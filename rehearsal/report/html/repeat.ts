import type { RehearsalRecord } from '../result';
import { type Markup, markup } from './markup';

/** The command that repeats the load: what clients do follows from the seed alone. */
export function repeatSection({ seed, byHand }: RehearsalRecord): Markup {
  const command = `cutover rehearse --seed ${shellQuoted(seed)}${byHand ? ' --by-hand' : ''}`;
  return markup`<section><h2>How to repeat it</h2>
<pre><code>${command}</code></pre>
<p>Add the app, data set and faults of this run, if it was given any. The seed repeats the data, what clients do and how addresses are drawn; times differ with the machine.</p>
</section>`;
}

/** A seed is whatever was typed; copied from here it must reach the program as it was. */
function shellQuoted(text: string): string {
  return /^[\w.:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
