import { Fn } from 'aws-cdk-lib';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { AGENT_NODE_OPTIONS } from '../../../contract/agent';

export interface HostUserDataProps {
  readonly agent: Asset;
  /** SHA-256 of the agent's program, as it was when the app was synthesized; hexadecimal. */
  readonly agentDigest: string;
  readonly region: string;
  readonly configurationParameter: string;
  readonly reach: string;
  readonly journalParameter: string;
  readonly hostParameter: string;
  readonly activityArn: string;
  readonly logGroupName: string;
  /** Its instance type, where clients connect to the host: thousands may. @default - nobody does */
  readonly relaysOn?: string;
}

const INSTALLED = '/opt/cutover-agent';
/** What is fetched over the network may fail while a repository is being published, or a route is not there yet. */
const AGAIN = [
  'again() {',
  '  local try',
  '  for try in 1 2 3 4 5 6; do',
  '    if "$@"; then return 0; fi',
  '    echo "try $try of 6 failed: $*" >&2',
  '    sleep $((try * 5))',
  '  done',
  '  return 1',
  '}',
];

const REACH_FILE = '/etc/cutover-agent/reach.json';
/**
 * User data is run at the first boot only, and an update of it restarts the instance where it does not replace it: what
 * it says now is read at each start of the service.
 *
 * @see docs/aws-facts.md#ec2-user-data-update
 */
const READ_REACH = [
  '#!/bin/bash',
  'set -euo pipefail',
  'session=$(curl -fsS -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60")',
  'curl -fsS -H "X-aws-ec2-metadata-token: $session" http://169.254.169.254/latest/user-data |',
  `  sed -n '\\|^cat > ${REACH_FILE} |,/^END_OF_FILE$/p' | sed '1d;$d' > ${REACH_FILE}.new`,
  `mv ${REACH_FILE}.new ${REACH_FILE}`,
];

const LOG_FOLDER = '/var/log/cutover-agent';

/**
 * Installs the agent as a service that is restarted whatever happens to it. Holds names only: no secret. What it says
 * is in /var/log/cloud-init-output.log.
 *
 * @see docs/aws-facts.md#cloudformation-signal
 */
export function hostUserData(props: HostUserDataProps): UserData {
  const userData = UserData.forLinux();
  userData.addCommands(
    'set -euo pipefail',
    ...AGAIN,
    // Of the image's own release (docs/aws-facts.md#al2023-nodejs).
    'again dnf install -y nodejs24 amazon-cloudwatch-agent unzip aws-cfn-bootstrap',
    'id cutover-agent &>/dev/null || useradd --system --no-create-home --shell /sbin/nologin cutover-agent',
    `install -d -o cutover-agent -g cutover-agent -m 0750 /var/lib/cutover-agent ${LOG_FOLDER}`,
    `install -d ${INSTALLED}`,
  );
  const archive = '/tmp/cutover-agent.zip';
  userData.addCommands(
    `again aws s3 cp ${props.agent.s3ObjectUrl} ${archive} --region ${props.region}`,
    'session=$(again curl -fsS -X PUT http://169.254.169.254/latest/api/token -H "X-aws-ec2-metadata-token-ttl-seconds: 60")',
    'instance=$(again curl -fsS -H "X-aws-ec2-metadata-token: $session" http://169.254.169.254/latest/meta-data/instance-id)',
  );
  userData.addCommands(
    `unzip -o ${archive} -d ${INSTALLED}`,
    // Anyone who may write to the bucket of assets does not say what runs here.
    `echo '${props.agentDigest}  ${INSTALLED}/cutover-agent.js' | sha256sum --check`,
    `ln -sf ${INSTALLED}/cutover-agent.js /usr/bin/cutover-agent`,
    `chmod 0755 ${INSTALLED}/cutover-agent.js`,
    // Read by the service, and by `cutover-agent <verb>` in a Session Manager shell.
    'install -d /etc/cutover-agent',
    file('/etc/cutover-agent/environment', [
      `AWS_REGION=${props.region}`,
      `CUTOVER_CONFIGURATION=${props.configurationParameter}`,
      `CUTOVER_ACTIVITY_ARN=${props.activityArn}`,
      `CUTOVER_JOURNAL=${props.journalParameter}`,
      `CUTOVER_HOST=${props.hostParameter}`,
      'CUTOVER_STATE_DIRECTORY=/var/lib/cutover-agent',
      `NODE_OPTIONS=${AGENT_NODE_OPTIONS}`,
    ]),
    file(REACH_FILE, [props.reach]),
    file(`${INSTALLED}/read-reach`, READ_REACH),
    `chmod 0755 ${INSTALLED}/read-reach`,
    'echo "CUTOVER_INSTANCE_ID=$instance" >> /etc/cutover-agent/environment',
    file('/etc/systemd/system/cutover-agent.service', [
      '[Unit]',
      'Description=cdk-cutover migration agent',
      'After=network-online.target',
      'Wants=network-online.target',
      '[Service]',
      'User=cutover-agent',
      'EnvironmentFile=/etc/cutover-agent/environment',
      `ExecStartPre=+${INSTALLED}/read-reach`,
      'ExecStart=/usr/bin/cutover-agent worker',
      `StandardOutput=append:${LOG_FOLDER}/agent.log`,
      `StandardError=append:${LOG_FOLDER}/agent.log`,
      'Restart=always',
      'RestartSec=2',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'PrivateTmp=yes',
      // It holds passwords in memory, and needs sockets and its own files.
      'UMask=0077',
      'LimitCORE=0',
      // A client takes one to it, one to its side, and one more in a switch.
      ...(props.relaysOn !== undefined ? ['LimitNOFILE=131072'] : []),
      'CapabilityBoundingSet=',
      'PrivateDevices=yes',
      'ProtectControlGroups=yes',
      'ProtectKernelModules=yes',
      'ProtectKernelTunables=yes',
      'ProtectProc=invisible',
      'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
      'RestrictSUIDSGID=yes',
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
    ...(props.relaysOn !== undefined
      ? [
          // Another type would stop a host that serves and start it again: it is to be another host, which the record refuses.
          // @see docs/aws-facts.md#ec2-instance-replacement
          `# ${props.relaysOn}`,
          // Towards one server a host has so many ports, and every client of the relay needs one.
          file('/etc/sysctl.d/90-cutover-relay.conf', ['net.ipv4.ip_local_port_range = 10240 65535']),
          'sysctl --system',
        ]
      : []),
    'systemctl daemon-reload',
    'systemctl enable --now amazon-cloudwatch-agent cutover-agent',
    // Its first figures are in CloudWatch before alarms ask for them, and a program that does not stay up is found out.
    'sleep 90',
    'systemctl is-active cutover-agent',
  );
  return userData;
}

function file(path: string, lines: string[]): string {
  return [`cat > ${path} <<'END_OF_FILE'`, ...lines, 'END_OF_FILE'].join('\n');
}
