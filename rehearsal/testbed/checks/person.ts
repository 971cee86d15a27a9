import type { Side } from '../../report/result';
import type { Account } from '../account';
import type { Migration } from '../migration';
import { behavesOn, type CheckBehaviours } from './check-behaviours';

/** The person whom a check asks: answers as the check was told to behave. */
export class Person {
  private answered = '';

  constructor(
    private readonly account: Pick<Account, 'ssm' | 'asOperator'>,
    private readonly migration: Pick<Migration, 'manifest'>,
    private readonly behaviours: CheckBehaviours,
  ) {}

  /** Answers what is asked now, once. Gives what was done, for people. */
  answer(serving: Side): string | undefined {
    const { account, migration, behaviours } = this;
    const asked = account.ssm.parameters.valueOf(migration.manifest.parameters.confirmation);
    const { token: taskToken, check = '' } = JSON.parse(asked ?? '{}') as { token?: string; check?: string };
    if (taskToken === undefined || taskToken === this.answered) return undefined;
    this.answered = taskToken;
    switch (behavesOn(behaviours.get(check), serving)) {
      case 'works':
        void account.asOperator('sfn', 'sendTaskSuccess', { taskToken, output: '{"by":"rehearsal"}' });
        return `${check} confirmed`;
      case 'red':
        void account.asOperator('sfn', 'sendTaskFailure', {
          taskToken,
          error: 'Refused',
          cause: 'rehearsal: not well',
        });
        return `${check} refused`;
      case 'hangs':
        return `nobody answers ${check}`;
    }
  }
}
