import type { Script } from './choices';
import { RULES, type Rules } from './rules';
import { FATE } from './world';

/** A night in which a rule is needed. */
export interface Directed {
  /** The night goes wrong without it. */
  readonly without: string;
  readonly rule: Partial<Rules>;
  readonly script: Script;
}

const always = (choice: number) => ({ always: choice });
const LONG = 2;
const NEVER = 3;
const { answerLost, lost, late, veryLate, unsent } = FATE;
const untilGivenUp = [lost, lost, lost, lost];
/** Slot 15 is the last before the cut, and the fourth that the guard judges. */
const lastBeforeCut = [0, 0, 0, LONG];

/** For each rule the shortest night in which a slot is started twice or lost without it. The cut is half a minute after slot 15. */
export const NIGHTS: readonly Directed[] = [
  {
    // The guard stands in the file in time, and cron does not see that it has changed.
    without: 'a proof that cron has read the guard',
    rule: { readIsProved: false },
    script: { 'cron reads the guard': [NEVER] },
  },
  {
    // Cron reads it before the cut, and has started slots without it in between.
    without: 'the ledger being taken for complete from that proof on',
    rule: { completeSinceRead: false },
    script: { 'cron reads the guard': [1] },
  },
  {
    // Green is given up, and blue has the job back. Then green is told to open after all.
    without: 'the deadline',
    rule: { deadlines: false },
    script: { 'gate yes to green': [...untilGivenUp, veryLate] },
  },
  {
    // The same, while the command may still be done.
    without: 'the wait until no command is on its way',
    rule: { waitsForCommands: false },
    script: { 'gate yes to green': [...untilGivenUp, unsent] },
  },
  {
    // The execution dies, its successor hands back, and the first command arrives after that of the successor.
    without: 'the epoch',
    rule: { epochs: false },
    script: { 'guard no to blue': [late], death: [1] },
  },
  {
    // Nothing reaches blue, which goes on.
    without: 'an answer being needed for a proof',
    rule: { unknown: 'taken for guarded' },
    script: { 'guard no to blue': always(lost) },
  },
  {
    // All reaches blue, and no answer comes back.
    without: 'the hand-back of what is unknown',
    rule: { unknown: 'taken for unguarded' },
    script: { 'guard no to blue': always(answerLost) },
  },
  { without: 'a gate that no deploy writes', rule: { deployLeavesGate: false }, script: {} },
  {
    without: "the wait for blue's last run",
    rule: { waitsForIdle: false },
    script: { 'run on blue': always(LONG) },
  },
  {
    without: "the wait for green's last run",
    rule: { waitsForIdle: false },
    script: { rollback: [1], 'run on green': always(LONG) },
  },
  {
    // The guard has read the cuts before `settle` was there, and notes the run after it has read the ledger.
    without: 'the wait for starts that are being judged',
    rule: { waitsForDeciding: false },
    script: { 'guard: note': lastBeforeCut },
  },
  {
    // The guard claims after `settle` has read the ledger, for a minute before the cut.
    without: 'late starts being forbidden',
    rule: { settleForbids: false },
    script: { 'guard: claim': lastBeforeCut },
  },
  {
    // It is refused then, and nobody else's.
    without: 'what blue lacks being owed to green',
    rule: { lackingIsOwed: false },
    script: { 'guard: claim': lastBeforeCut },
  },
  {
    // Green has not started its last slot when it is settled: its runner waits for the lease.
    without: 'a claim before a start',
    rule: { claims: false },
    script: { rollback: [1], lease: always(LONG) },
  },
  {
    without: 'a claim of what is left to blue',
    rule: { leftIsClaimed: false },
    script: { rollback: [1], lease: always(LONG) },
  },
  {
    // That slot is left to blue, and the execution dies before blue is told.
    without: 'what was left in vain being taken back',
    rule: { leftIsTakenBack: false },
    script: { rollback: [1], lease: always(LONG), 'settle to green': [answerLost], death: [6] },
  },
  {
    // Blue refuses after the cut, for it does not hear that it keeps the job.
    without: 'what the guard refused being owed to blue',
    rule: { refusedIsOwed: false },
    script: { 'guard no to blue': always(answerLost), 'guard yes to blue': [...untilGivenUp, lost] },
  },
];

/** Rules that no night needs: none, or the protocol says too much. */
export const NOT_NEEDED = Object.keys(RULES).filter((rule) => !NIGHTS.some((each) => rule in each.rule));
