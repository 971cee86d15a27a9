import { Duration } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { COMMAND_LIMIT } from './run-command';

/** A parameter of a document: its name, and what it may be. */
export interface DocumentParameter {
  readonly description: string;
  readonly allowedPattern: string;
}

/**
 * An SSM document of one shell script. Its parameters reach the script as environment variables, `SSM_<name>`, and are
 * never pasted into the shell; their patterns hold for agents before 3.3.2746 too, for which the script falls back to
 * pasting. What the script does not know as an action it must refuse.
 *
 * @param limit after which Systems Manager ends it
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export function shellDocument(
  scope: Construct,
  id: string,
  description: string,
  parameters: Readonly<Record<string, DocumentParameter>>,
  script: string,
  limit: Duration = COMMAND_LIMIT.minus(Duration.minutes(5)),
): CfnDocument {
  const all = {
    action: { description: 'What to do.', allowedPattern: '^(look|stop|start)$' },
    ...parameters,
  };
  return new CfnDocument(scope, id, {
    documentType: 'Command',
    updateMethod: 'NewVersion',
    content: {
      schemaVersion: '2.2',
      description,
      parameters: Object.fromEntries(
        Object.entries(all).map(([name, parameter]) => [
          name,
          { type: 'String', interpolationType: 'ENV_VAR', ...parameter },
        ]),
      ),
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'run',
          inputs: {
            timeoutSeconds: String(limit.toSeconds()),
            runCommand: [
              '#!/bin/bash',
              'set -eu',
              ...Object.keys(all).flatMap((name) => [
                `if [ -z "\${SSM_${name}+x}" ]; then SSM_${name}="{{ ${name} }}"; fi`,
                `${name}="$SSM_${name}"`,
              ]),
              ...script.trim().split('\n'),
            ],
          },
        },
      ],
    },
  });
}
