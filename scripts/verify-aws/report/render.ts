import type { JudgedState } from '../states/judge';
import type { SeenFact } from './seen-facts';

const ORDER = ['refuted', 'confirmed', 'not observed'] as const;

/** Fact by fact, what is wrong first. */
export function renderFacts(facts: readonly SeenFact[]): string {
  const lines = ORDER.flatMap((verdict) =>
    facts
      .filter((fact) => fact.verdict === verdict)
      .flatMap(({ fact, what }) => [
        `  ${verdict.padEnd(12)}  ${fact}`,
        ...what.map((line) => `                ${line}`),
      ]),
  );
  const count = (verdict: SeenFact['verdict']) => facts.filter((fact) => fact.verdict === verdict).length;
  return `\n  Facts of docs/aws-facts.md\n${lines.join('\n')}\n\n  ${ORDER.map((verdict) => `${count(verdict)} ${verdict}`).join(', ')}\n`;
}

/** The cells `seen on AWS` of the facts that were seen. */
export function renderRows(facts: readonly SeenFact[], region: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  const seen = facts.filter(({ verdict }) => verdict !== 'not observed');
  return seen.map(({ fact, verdict }) => `| \`${fact}\` | … | ${cell(verdict, day, region)} |\n`).join('');
}

const cell = (verdict: SeenFact['verdict'], day: string, region: string) =>
  verdict === 'confirmed' ? `${day}, ${region}` : `**refuted** ${day}, ${region}`;

/** What AWS says of states, those that are as they should be counted only. */
export function renderStates(states: readonly JudgedState[]): string {
  const told = states.filter(({ verdict }) => verdict !== 'same' && verdict !== 'taken');
  const lines = told.map(
    ({ example, state, verdict, said = '' }) => `  ${verdict.padEnd(9)}  ${example}: ${state}\n             ${said}`,
  );
  const verdicts = ['same', 'taken', 'differs', 'refused', 'not tried'] as const;
  const counted = verdicts.map((verdict) => `${states.filter((one) => one.verdict === verdict).length} ${verdict}`);
  return `\n  States through TestState, with STRICT mocks\n${lines.join('\n')}\n\n  ${counted.join(', ')}\n`;
}
