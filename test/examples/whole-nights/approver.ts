import type { Account } from '../../../rehearsal/testbed/account';

/** Somebody who approves as soon as asked, or rejects it. */
export class Approver {
  approves = true;

  constructor(
    private readonly account: Pick<Account, 'sfn' | 'ssm'>,
    /** That says what is asked. */
    readonly parameter: string,
  ) {}

  answer(): void {
    const { ssm, sfn } = this.account;
    const { token } = JSON.parse(ssm.parameters.valueOf(this.parameter) ?? '{}') as { token?: string };
    if (token === undefined) return;
    if (this.approves) queueMicrotask(() => sfn.tokens.succeed(token, '{"by":"somebody"}'));
    else queueMicrotask(() => sfn.tokens.fail(token, 'Rejected', 'somebody: not tonight'));
  }
}
