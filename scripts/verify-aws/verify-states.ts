import type { SFNClient } from '@aws-sdk/client-sfn';
import { synthesizeExample } from '../../bin/synthesize-example';
import { loadAssembly } from '../../rehearsal/assembly';
import { findMigration } from '../../rehearsal/testbed/migration';
import { rehearse } from '../../rehearsal/testbed/rehearse';
import type { JudgedState } from './states/judge';
import { Recording } from './states/recording';
import { testStates } from './states/test-states';

export interface ExamplesProps {
  readonly sfn: SFNClient;
  readonly examples: readonly string[];
  readonly note: (line: string) => void;
  readonly signal: AbortSignal;
}

/** As little as shows every state that a night passes: on this machine, before AWS is asked. */
const SMALL = { seed: '1', keys: 2_000, rows: 5_000, turnsPerSecond: 200, faults: [], byHand: false, hurry: true };

/** Rehearses each example there and back, and has AWS repeat it state by state. */
export async function verifyStates({ sfn, examples, note, signal }: ExamplesProps): Promise<JudgedState[]> {
  const judged: JudgedState[] = [];
  for (const example of examples) {
    const assembly = await synthesizeExample(example, {}, note);
    const recording = await recorded(example, assembly, note, signal);
    const { definition } = findMigration(loadAssembly(assembly)).stateMachine;
    note(`${example}: ask AWS`);
    judged.push(...(await testStates({ sfn, example, definition, recording, onJudged: tell(note) })));
  }
  return judged;
}

/** A rehearsal that fails has shown what it has shown. */
async function recorded(example: string, assembly: string, note: (line: string) => void, signal: AbortSignal) {
  const recording = new Recording();
  try {
    const ignore = () => undefined;
    const options = { assembly, action: 'rollback' as const, follower: recording.listener, signal };
    await rehearse({ ...SMALL, ...options, onLive: ignore, onNote: (line) => note(`${example}: ${line}`) });
  } catch (error) {
    signal.throwIfAborted();
    note(
      `${example}: the rehearsal did not come to its end: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return recording;
}

const tell = (note: (line: string) => void) => (judged: JudgedState) => {
  if (judged.verdict === 'same' || judged.verdict === 'taken') return;
  note(`${judged.example}: ${judged.state}: ${judged.verdict}: ${judged.said ?? ''}`);
};
