import { statSync } from 'node:fs';
import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Zone } from '../../cron/zone';
import { checkMigrationName } from '../cutover/migration-name';
import { refuseOtherRegions } from '../cutover/validations/elsewhere';
import { claimName } from '../cutover/validations/one-name';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import type { BatchHostProps, BatchUser } from './batch-host-props';

const USER = /^[a-z_][a-z0-9_-]{0,31}$/;

export function assertHostStated(props: BatchHostProps): void {
  assertStated('BatchHostProps', props, { vpc: 'the VPC that the host stands in', jobs: 'the jobs that it runs' });
}

/** @throws ValidationError where the host could not be made as it is stated */
export function checkHost(host: IConstruct, name: string, props: BatchHostProps): void {
  checkMigrationName(name, 'hostName');
  claimName(host, name, 'hostName');
  checkFiles(props.files);
  const { logEncryptionKey, assetsKey } = props;
  refuseOtherRegions(host, { logEncryptionKey, assetsKey });
  checkZone(props.timeZone);
  checkUsers(props.users ?? []);
  checkAddress(props);
  checkSizes(props);
  for (const { path } of props.logFiles ?? []) {
    if (typeof path !== 'string' || (!Token.isUnresolved(path) && !path.startsWith('/'))) {
      throw new ValidationError(
        `logFiles: got the path '${path}'; accepted are paths from the root, e.g. '/var/log/app/*.log'.`,
      );
    }
  }
}

function checkFiles(files: string | undefined): void {
  if (files === undefined) return;
  if (statSync(files, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new ValidationError(
    `files: got '${files}', which is no folder; accepted is the path of one, e.g. join(__dirname, 'files').`,
  );
}

function checkZone(zone: string | undefined): void {
  if (zone !== undefined && !Token.isUnresolved(zone)) Zone.of(zone);
}

const isUser = (name: unknown) => typeof name === 'string' && (Token.isUnresolved(name) || USER.test(name));

function checkUsers(users: readonly BatchUser[]): void {
  for (const { name, uid, groups = [] } of users) {
    const strange = [name, ...groups].filter((each) => !isUser(each));
    if (strange.length > 0) {
      throw new ValidationError(
        `users: got the name '${strange[0]}'; accepted are lower case letters, digits, '-' and '_', up to 32, beginning with a letter or '_'.`,
      );
    }
    if (uid !== undefined && !Token.isUnresolved(uid) && !(Number.isInteger(uid) && uid >= 1000 && uid < 65_534)) {
      throw new ValidationError(`users: got the uid ${uid} of ${name}; accepted are whole numbers from 1000 to 65533.`);
    }
  }
  const names = users.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new ValidationError(`users: got ${twice} twice; accepted is once.`);
}

function checkAddress({ vpc, vpcSubnets, elasticIp }: BatchHostProps): void {
  if (elasticIp !== true || vpcSubnets === undefined) return;
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  const isPrivate = [...vpc.privateSubnets, ...vpc.isolatedSubnets].some(({ subnetId }) =>
    subnetIds.includes(subnetId),
  );
  if (!isPrivate) return;
  throw new ValidationError(
    'elasticIp: got private subnets in vpcSubnets, whose way out is a NAT gateway with an address of its own; accepted are public ones. Or leave elasticIp out, and give partners the addresses of the NAT gateways.',
  );
}

function checkSizes({ volumeSize, backup, backupRetention }: BatchHostProps): void {
  if (volumeSize !== undefined && !Token.isUnresolved(volumeSize) && !(volumeSize >= 8 && volumeSize <= 16_384)) {
    throw new ValidationError(`volumeSize: got ${volumeSize} GiB; accepted are 8 to 16384.`);
  }
  if (backup === false && backupRetention !== undefined) {
    throw new ValidationError('backupRetention: got one beside backup: false; leave one of the two out.');
  }
}
