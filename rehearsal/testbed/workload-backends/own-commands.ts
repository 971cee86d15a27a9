import type { CommandOrder, CommandOutcome } from '../../aws/ssm/command-invocations';

/**
 * Documents made of the user's own commands. Those are written for other machines, and are never run on this one: what
 * they stop and start is kept here as a word.
 */
export class OwnCommands {
  private readonly stopped = new Set<string>();

  constructor(private readonly documents: readonly string[]) {}

  has(document: string): boolean {
    return this.documents.includes(document);
  }

  isStopped(document: string, instanceId: string): boolean {
    return this.stopped.has(`${document} ${instanceId}`);
  }

  async run({ documentName, instance, parameters }: CommandOrder): Promise<CommandOutcome> {
    const what = `${documentName} ${instance.instanceId}`;
    const before = this.stopped.has(what) ? 'stopped' : 'running';
    const [action] = parameters.action ?? [];
    switch (action) {
      case 'look':
        return said(before);
      case 'stop':
        this.stopped.add(what);
        return said('stopped');
      case 'start':
        this.stopped.delete(what);
        return said(before === 'running' ? before : '');
      default:
        return { exitCode: 1, stdout: '', stderr: `There is no action ${action}: look, stop, start.\n` };
    }
  }
}

const said = (word: string): CommandOutcome => ({ exitCode: 0, stdout: word === '' ? '' : `${word}\n`, stderr: '' });
