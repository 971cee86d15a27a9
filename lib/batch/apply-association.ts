import { Duration, Fn, Stack } from 'aws-cdk-lib';
import type { Instance } from 'aws-cdk-lib/aws-ec2';
import { CfnAssociation, CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { Bindings } from './bindings';
import type { DefinitionsAsset } from './definitions-asset';

export interface ApplyAssociationProps {
  readonly instance: Instance;
  readonly definitions: DefinitionsAsset;
  readonly bindings: Bindings;
}

/** How long a deploy waits for the host to be as the app says, a new host's start and its packages included. */
const LIMIT = Duration.minutes(40);

const PARAMETERS = {
  bucket: { description: 'The bucket of the asset.', allowedPattern: '^[a-z0-9.-]{3,63}$' },
  key: { description: 'The key of the asset.', allowedPattern: '^[A-Za-z0-9/_.-]+$' },
  region: { description: 'The Region.', allowedPattern: '^[a-z0-9-]+$' },
  digest: { description: 'SHA-256 of the list of its files.', allowedPattern: '^[0-9a-f]{64}$' },
  bindings: { description: 'What only the deploy knows, in base64.', allowedPattern: '^[A-Za-z0-9+/=]+$' },
};

/**
 * Has the host take over what the app says: at each deploy that changes anything of it, which waits until that is done and
 * fails where it fails, and every half hour.
 *
 * @see docs/aws-facts.md#ssm-association-waits
 */
export class ApplyAssociation extends Construct {
  public readonly association: CfnAssociation;
  /** Of what the association runs. */
  public readonly documentName: string;

  constructor(scope: Construct, id: string, { instance, definitions, bindings }: ApplyAssociationProps) {
    super(scope, id);
    const { asset, digest } = definitions;
    const document = new CfnDocument(this, 'Document', {
      documentType: 'Command',
      updateMethod: 'NewVersion',
      content: contentOf(SCRIPT),
    });
    this.association = new CfnAssociation(this, 'Resource', {
      name: document.ref,
      targets: [{ key: 'InstanceIds', values: [instance.instanceId] }],
      scheduleExpression: 'rate(30 minutes)',
      waitForSuccessTimeoutSeconds: LIMIT.toSeconds(),
      // What is changed in these has the association run at once.
      parameters: {
        bucket: [asset.s3BucketName],
        key: [asset.s3ObjectKey],
        region: [Stack.of(this).region],
        digest: [digest],
        bindings: [Fn.base64(bindings.toJson())],
      },
    });
    this.documentName = document.ref;
  }
}

function contentOf(script: string): object {
  return {
    schemaVersion: '2.2',
    description: 'Makes a batch host what the app says. Never says which side runs a job, and cuts no run.',
    parameters: Object.fromEntries(
      Object.entries(PARAMETERS).map(([name, parameter]) => [
        name,
        { type: 'String', interpolationType: 'ENV_VAR', ...parameter },
      ]),
    ),
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: 'apply',
        inputs: {
          timeoutSeconds: String(LIMIT.minus(Duration.minutes(5)).toSeconds()),
          runCommand: [
            '#!/bin/bash',
            'set -euo pipefail',
            // Agents before 3.3.2746 know no interpolation by the environment: the patterns hold for these.
            ...Object.keys(PARAMETERS).flatMap((name) => [
              `if [ -z "\${SSM_${name}+x}" ]; then SSM_${name}="{{ ${name} }}"; fi`,
              `${name}="$SSM_${name}"`,
            ]),
            ...script.trim().split('\n'),
          ],
        },
      },
    ],
  };
}

/**
 * Gets the program, and has it do the rest. One at a time: a command and an association may be there at once.
 *
 * @see docs/aws-facts.md#al2023-cronie
 */
export const SCRIPT = `
again() {
  local try
  for try in 1 2 3 4 5 6; do
    if "$@"; then return 0; fi
    echo "try $try of 6 failed: $*" >&2
    sleep $((try * 5))
  done
  return 1
}
exec 9> /run/cutover-batch-apply.lock
flock 9
for package in nodejs24 cronie logrotate unzip amazon-cloudwatch-agent; do
  if ! rpm --query "$package" > /dev/null; then again dnf install --assumeyes "$package"; fi
done
folder="$(mktemp --directory)"
trap 'rm -rf "$folder"' EXIT
again aws s3 cp "s3://$bucket/$key" "$folder/asset.zip" --region "$region" --only-show-errors
mkdir "$folder/asset"
cd "$folder/asset"
unzip -q "$folder/asset.zip"
echo "$digest  SHA256SUMS" | sha256sum --check --quiet
sha256sum --check --strict --quiet SHA256SUMS
is_new=''
if [ ! -e /opt/cutover-batch/current ]; then is_new=yes; fi
node batch-host.js apply . "$bindings"
# Its first heartbeats are in CloudWatch before the alarm asks for them.
if [ -n "$is_new" ]; then sleep 90; fi
`;
