import { Fn } from 'aws-cdk-lib';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';

export interface HostUserDataProps {
  readonly agent: Asset;
  readonly region: string;
  readonly configurationParameter: string;
  readonly activityArn: string;
  readonly logGroupName: string;
}

const INSTALLED = '/opt/cutover-agent';
const LOG_FOLDER = '/var/log/cutover-agent';

/** Installs the agent as a service that is restarted whatever happens to it. Holds names only: no secret. */
export function hostUserData(props: HostUserDataProps): UserData {
  const userData = UserData.forLinux();
  userData.addCommands(
    'set -euo pipefail',
    'dnf install -y nodejs22 amazon-cloudwatch-agent unzip',
    'id cutover-agent &>/dev/null || useradd --system --no-create-home --shell /sbin/nologin cutover-agent',
    `install -d -o cutover-agent -g cutover-agent -m 0750 /var/lib/cutover-agent ${LOG_FOLDER}`,
    `install -d ${INSTALLED}`,
  );
  const archive = userData.addS3DownloadCommand({
    bucket: props.agent.bucket,
    bucketKey: props.agent.s3ObjectKey,
    localFile: '/tmp/cutover-agent.zip',
    region: props.region,
  });
  userData.addCommands(
    `unzip -o ${archive} -d ${INSTALLED}`,
    `ln -sf ${INSTALLED}/cutover-agent.js /usr/bin/cutover-agent`,
    `chmod 0755 ${INSTALLED}/cutover-agent.js`,
    // Read by the service, and by `cutover-agent <verb>` in a Session Manager shell.
    'install -d /etc/cutover-agent',
    file('/etc/cutover-agent/environment', [
      `AWS_REGION=${props.region}`,
      `CUTOVER_CONFIGURATION=${props.configurationParameter}`,
      `CUTOVER_ACTIVITY_ARN=${props.activityArn}`,
      'CUTOVER_STATE_DIRECTORY=/var/lib/cutover-agent',
    ]),
    file('/etc/systemd/system/cutover-agent.service', [
      '[Unit]',
      'Description=cdk-cutover migration agent',
      'After=network-online.target',
      'Wants=network-online.target',
      '[Service]',
      'User=cutover-agent',
      'EnvironmentFile=/etc/cutover-agent/environment',
      'ExecStart=/usr/bin/cutover-agent worker',
      `StandardOutput=append:${LOG_FOLDER}/agent.log`,
      `StandardError=append:${LOG_FOLDER}/agent.log`,
      'Restart=always',
      'RestartSec=2',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      `ReadWritePaths=/var/lib/cutover-agent ${LOG_FOLDER}`,
      '[Install]',
      'WantedBy=multi-user.target',
    ]),
    file('/opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.json', [
      Fn.join('', [
        '{"agent":{"run_as_user":"root"},"logs":{"logs_collected":{"files":{"collect_list":[{"file_path":"',
        `${LOG_FOLDER}/agent.log`,
        '","log_group_name":"',
        props.logGroupName,
        '","log_stream_name":"{instance_id}","timezone":"UTC"}]}}}}',
      ]),
    ]),
    file('/etc/logrotate.d/cutover-agent', [
      `${LOG_FOLDER}/agent.log {`,
      '  size 100M',
      '  rotate 4',
      '  copytruncate',
      '  missingok',
      '}',
    ]),
    'systemctl daemon-reload',
    'systemctl enable --now amazon-cloudwatch-agent cutover-agent',
  );
  return userData;
}

function file(path: string, lines: string[]): string {
  return [`cat > ${path} <<'END_OF_FILE'`, ...lines, 'END_OF_FILE'].join('\n');
}
