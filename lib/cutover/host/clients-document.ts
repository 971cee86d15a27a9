import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { AgentVerbName } from './agent-worker';

/** After which Systems Manager ends it. Seconds. */
const LIMIT = 60;

/**
 * Has the agent's program list who is connected to each side, as the agent's own user. It takes no parameter: anyone who may
 * run it runs this and nothing else. A line a side: `blue ok ` or `green failed `, and what was printed, packed, because
 * GetCommandInvocation gives 24,000 characters.
 *
 * @see docs/aws-facts.md#ssm-command-output
 * @see docs/aws-facts.md#ssm-run-command-channel
 */
export function clientsDocument(scope: Construct, id: string, verb: AgentVerbName): CfnDocument {
  return new CfnDocument(scope, id, {
    documentType: 'Command',
    updateMethod: 'NewVersion',
    content: {
      schemaVersion: '2.2',
      description: 'Lists who is connected to blue and to green. It changes nothing.',
      mainSteps: [
        {
          action: 'aws:runShellScript',
          name: 'clients',
          inputs: {
            timeoutSeconds: String(LIMIT),
            runCommand: [
              '#!/bin/bash',
              'set -u',
              'errors=$(mktemp)',
              'for side in blue green; do',
              '  how=ok',
              `  list="cutover-agent --json ${verb} --side $side"`,
              '  if ! printed=$(timeout 25 runuser -u cutover-agent -- $list 2> "$errors"); then',
              '    how=failed',
              '    printed=$(tail -c 2000 "$errors")',
              '  fi',
              '  echo "$side $how $(gzip -c <<< "$printed" | base64 -w 0)"',
              'done',
              'rm -f "$errors"',
            ],
          },
        },
      ],
    },
  });
}
