import type { Assembly } from '../../assembly';
import { AwsError } from '../aws-error';
import { type CommandDocument, commandDocument } from './document';

/** AWS's own document for any command, in the form that the account's own have. */
const RUN_SHELL_SCRIPT = commandDocument('AWS-RunShellScript', {
  schemaVersion: '2.2',
  parameters: {
    commands: { type: 'StringList', minItems: 1 },
    workingDirectory: { type: 'String', default: '', maxChars: 4096 },
    executionTimeout: {
      type: 'String',
      default: '3600',
      allowedPattern: '^([1-9][0-9]{0,4}|1[0-6][0-9]{4}|17[0-1][0-9]{3}|172[0-7][0-9]{2}|172800)$',
    },
  },
  mainSteps: [
    {
      action: 'aws:runShellScript',
      name: 'aws:runShellScript',
      inputs: {
        runCommand: ['{{ commands }}'],
        workingDirectory: '{{ workingDirectory }}',
        timeoutSeconds: '{{ executionTimeout }}',
      },
    },
  ],
});

/** The Command documents that an account can run. */
export class Documents {
  private readonly byName = new Map([[RUN_SHELL_SCRIPT.name, RUN_SHELL_SCRIPT]]);

  constructor(own: readonly CommandDocument[]) {
    for (const document of own) this.byName.set(document.name, document);
  }

  /** By name or ARN. @throws AwsError InvalidDocument */
  require(nameOrArn: string): CommandDocument {
    const name = nameOrArn.split('/').at(-1) ?? nameOrArn;
    const document = this.byName.get(name);
    if (document === undefined) {
      throw new AwsError('InvalidDocument', `Document with name ${name} does not exist.`);
    }
    return document;
  }
}

/**
 * The Command documents (AWS::SSM::Document) of an assembly. Each is read when it is first run: what nobody runs need
 * not be understood here.
 */
export function documentsOf(assembly: Pick<Assembly, 'resources'>): readonly CommandDocument[] {
  return assembly
    .resources('AWS::SSM::Document')
    .filter((resource) => (resource.property('DocumentType') ?? 'Command') === 'Command')
    .map((resource) => {
      const name = String(resource.physicalId);
      return whenRun(name, () => {
        const content = resource.property('Content');
        return commandDocument(name, typeof content === 'string' ? JSON.parse(content) : content);
      });
    });
}

function whenRun(name: string, read: () => CommandDocument): CommandDocument {
  let document: CommandDocument | undefined;
  const get = () => {
    document ??= read();
    return document;
  };
  return {
    name,
    get parameters() {
      return get().parameters;
    },
    get step() {
      return get().step;
    },
  };
}
