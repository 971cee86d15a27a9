import type { CommandOrder, CommandOutcome } from '../../aws/ssm/command-invocations';
import type { CheckAnswers } from './check-answers';
import type { ListedCheck } from './listed-checks';

/** Documents of checks: the user's own commands, which are written for other machines, and never run on this one. */
export class CheckCommands {
  private readonly checks: ReadonlyMap<string, ListedCheck>;

  constructor(
    checks: readonly ListedCheck[],
    private readonly answers: CheckAnswers,
  ) {
    this.checks = new Map(
      checks.filter(({ type }) => type === 'command').map((check) => [String(check.facts.document), check]),
    );
  }

  has(document: string): boolean {
    return this.checks.has(document);
  }

  async run({ documentName, script: { timeoutSeconds } }: CommandOrder, signal: AbortSignal): Promise<CommandOutcome> {
    const check = this.checks.get(documentName);
    if (check === undefined) throw new Error(`${documentName} is the document of no check.`);
    // @see docs/aws-facts.md#ssm-shell-script-timeout
    const late = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      const { passed, detail } = await this.answers.of(check.id, AbortSignal.any([signal, late]));
      return { exitCode: passed ? 0 : 1, stdout: `${detail}\n`, stderr: '' };
    } catch (error) {
      if (!late.aborted) throw error;
      return { exitCode: 137, stdout: '', stderr: '', timedOut: true };
    }
  }
}
