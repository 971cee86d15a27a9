import type { RehearsalRecord } from '../result';
import { type Markup, markup } from './markup';

/** The command that repeats the load: what clients do follows from the seed alone. */
export function repeatSection({ command }: RehearsalRecord): Markup | false {
  if (command === undefined) return false;
  return markup`<section><h2>How to repeat it</h2>
<pre><code>${command}</code></pre>
<p>The seed repeats the data, what clients do and how addresses are drawn; times differ with the machine.</p>
</section>`;
}
