/** What keeps a slot from being started twice or lost. A mutant has one of them false. */
export interface Rules {
  /** A line that came with the guard must have been started by cron before the cut: the time of the guard proves nothing. */
  readonly readIsProved: boolean;
  /** Blue's ledger is complete from that start on, and not from when the guard came. */
  readonly completeSinceRead: boolean;
  /** A slot of green is claimed before it is started. */
  readonly claims: boolean;
  /** A command that comes after its deadline changes nothing. */
  readonly deadlines: boolean;
  /** A lower epoch is refused. */
  readonly epochs: boolean;
  /** A deploy leaves the gate alone. */
  readonly deployLeavesGate: boolean;
  /** Green is enabled after blue's last run, and blue after green's. */
  readonly waitsForIdle: boolean;
  /** Each side that starts a slot notes it before it reads what was decided, and `deciding` is waited for. */
  readonly waitsForDeciding: boolean;
  /** No proof of the guard: blue is told that it keeps the job until it answers. */
  readonly unknown: 'handed back' | 'taken for guarded' | 'taken for unguarded';
  /** Green is asked whether it is enabled once no command can be on its way. */
  readonly waitsForCommands: boolean;
  /** What blue's ledger lacks before the cut is owed to green. */
  readonly lackingIsOwed: boolean;
  /** `settle` forbids late starts on blue. */
  readonly settleForbids: boolean;
  /** Green claims what it gives back. */
  readonly leftIsClaimed: boolean;
  /** Green takes back what it left, where the job stays with it. */
  readonly leftIsTakenBack: boolean;
  /** What blue's guard refused is owed to blue where it keeps the job. */
  readonly refusedIsOwed: boolean;
}

export const RULES: Rules = {
  readIsProved: true,
  completeSinceRead: true,
  claims: true,
  deadlines: true,
  epochs: true,
  deployLeavesGate: true,
  waitsForIdle: true,
  waitsForDeciding: true,
  unknown: 'handed back',
  waitsForCommands: true,
  lackingIsOwed: true,
  settleForbids: true,
  leftIsClaimed: true,
  leftIsTakenBack: true,
  refusedIsOwed: true,
};

export const MUTANTS: Readonly<Record<string, Partial<Rules>>> = {
  'that cron has read the guard is not looked at': { readIsProved: false },
  'the ledger is taken for complete since the guard came': { completeSinceRead: false },
  'the claim is dropped': { claims: false },
  'the deadline is ignored': { deadlines: false },
  'the epoch is ignored': { epochs: false },
  'a deploy writes the gate': { deployLeavesGate: false },
  'a side is enabled before the other is idle': { waitsForIdle: false },
  'starts that are being judged are not waited for': { waitsForDeciding: false },
  'no answer is taken for a guard': { unknown: 'taken for guarded' },
  'no answer is taken for no guard': { unknown: 'taken for unguarded' },
  'green is asked while a command may be on its way': { waitsForCommands: false },
  'what blue lacks is nobody’s': { lackingIsOwed: false },
  'settle forbids nothing': { settleForbids: false },
  'green does not claim what it gives back': { leftIsClaimed: false },
  'green does not take back what it left in vain': { leftIsTakenBack: false },
  'what the guard refused is forgotten': { refusedIsOwed: false },
};
