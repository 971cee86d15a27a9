import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

export function assertHost(address: string): void {
  if (Token.isUnresolved(address) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(address)) return;
  throw new ValidationError(
    `Got endpointAddress '${address}'. Accepted is a bare host name or IPv4 address, such as ` +
      `'sessions.abc123.0001.euw1.cache.amazonaws.com': without 'redis://', and with the port in port.`,
  );
}

export function assertPort(port: number | undefined): void {
  if (port === undefined || Token.isUnresolved(port)) return;
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return;
  throw new ValidationError(
    `Got port ${port}. Accepted are whole numbers from 1 to 65535; Redis and Valkey listen on 6379.`,
  );
}
