import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { ARGUMENTS_PATTERN } from '../../../contract/batch-handover';
import { bundledAsset } from '../../cutover/host/bundled-asset';
import { literal } from '../../cutover/states/expression';
import type { IBatchHost } from '../batch-host-interface';
import type { BatchSource } from './batch-source';

export interface HandoverDocumentsProps {
  readonly blue: BatchSource;
  readonly host: IBatchHost;
}

/** How a host is told something, and who may be told. */
export interface HandoverDocument {
  /** Its name. */
  readonly document: string;
  /** ARNs. */
  readonly instances: string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

/** How blue is looked up. */
export interface SourceFacts {
  /** JSONata: filters of DescribeInstanceInformation. */
  readonly filters: string;
  /** JSONata: what it is called in findings. */
  readonly said: string;
}

/** After it Systems Manager ends a command: each answers within seconds. */
const LIMIT = Duration.minutes(2);

/**
 * A document a side: what the state machine may have done on the hosts, and nothing else. What it says comes as arguments of
 * letters, digits and a few signs, by the environment: no shell takes any of it for a command.
 */
export class HandoverDocuments extends Construct {
  public readonly blue: HandoverDocument;
  public readonly green: HandoverDocument;
  public readonly source: SourceFacts;

  constructor(scope: Construct, id: string, { blue, host }: HandoverDocumentsProps) {
    super(scope, id);
    this.blue = {
      document: this.document('Blue', 'Says from which minute on this server starts a cron job.', blueScript()).ref,
      ...this.machinesOf(blue),
    };
    this.green = {
      document: this.document('Green', 'Says from which minute on a batch host starts a job.', GREEN_SCRIPT).ref,
      instances: [this.machine(host.instance.instanceId)],
    };
    this.source = {
      filters: `[${blue._filters.map(({ Key, Values }) => `{'Key': ${literal(Key)}, 'Values': [${Values.map(literal).join(', ')}]}`).join(', ')}]`,
      said: literal(
        blue._id ??
          Object.entries(blue._tags)
            .map(([key, value]) => `${key}=${value}`)
            .join(', '),
      ),
    };
  }

  private machinesOf({ _id: id, _tags: tags }: BatchSource): Omit<HandoverDocument, 'document'> {
    if (id !== undefined) return { instances: [this.machine(id)] };
    const conditions = Object.entries(tags).map(([key, value]) => [`ssm:resourceTag/${key}`, value]);
    return {
      instances: [this.machine('i-*'), this.machine('mi-*')],
      conditions: { StringEquals: Object.fromEntries(conditions) },
    };
  }

  /** @see docs/aws-facts.md#ssm-managed-nodes */
  private machine(id: string): string {
    const [service, resource] = id.startsWith('mi-') ? ['ssm', 'managed-instance'] : ['ec2', 'instance'];
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service, resource, resourceName: id, arnFormat });
  }

  private document(id: string, description: string, script: string): CfnDocument {
    return new CfnDocument(this, id, {
      documentType: 'Command',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '2.2',
        description,
        parameters: {
          arguments: {
            type: 'String',
            interpolationType: 'ENV_VAR',
            description: 'The command, and what it is of: docs/batch-handover.md.',
            allowedPattern: ARGUMENTS_PATTERN,
          },
        },
        mainSteps: [
          {
            action: 'aws:runShellScript',
            name: 'handover',
            inputs: {
              timeoutSeconds: String(LIMIT.toSeconds()),
              runCommand: [
                '#!/bin/sh',
                // Agents before 3.3.2746 know no interpolation by the environment: the pattern holds for these.
                `if [ -z "\${SSM_arguments+x}" ]; then SSM_arguments='{{ arguments }}'; fi`,
                // No argument has a blank, and none stands for files.
                'set -f',
                'set -- $SSM_arguments',
                ...script.trim().split('\n'),
              ],
            },
          },
        ],
      },
    });
  }
}

const GREEN_SCRIPT = 'exec cutover-batch handover "$@"';

/** All of the program: nothing is installed on a server that nobody dares touch, but for the guard itself. */
function blueScript(): string {
  return readFileSync(join(bundledAsset('batch-blue'), 'handover.sh'), 'utf8');
}
