import type { Finding } from '../../../contract/common';
import { type Survey, settingOf, sumOf } from './survey';

/** What clients do today that the other side would refuse. */
export function checkSettings(survey: Survey): readonly Finding[] {
  return [
    ...itemSize(survey),
    ...compareAndSet(survey),
    ...protocol(survey),
    ...connections(survey),
    ...memory(survey),
  ];
}

function itemSize({ from, to }: Survey): Finding[] {
  const [before, after] = [from, to].map((side) => Number(settingOf(side, 'item_size_max') ?? Number.NaN));
  if (before === undefined || after === undefined || !(after < before)) return [];
  return [
    {
      id: 'memcached.item-size',
      severity: 'error',
      message: `${to.where} takes items of up to ${after} bytes, ${from.where} of up to ${before}: larger ones are refused.`,
      remedy: 'Set max_item_size in the parameter group of the one as it is in that of the other.',
    },
  ];
}

function compareAndSet({ from, to }: Survey): Finding[] {
  if (settingOf(from, 'cas_enabled') !== 'yes' || settingOf(to, 'cas_enabled') !== 'no') return [];
  return [
    {
      id: 'memcached.cas-disabled',
      severity: 'error',
      message: `${to.where} has check-and-set turned off, and ${from.where} has it on.`,
      remedy: 'Set cas_disabled to 0 in its parameter group, and reboot it while nobody uses it.',
    },
  ];
}

function protocol({ from, to }: Survey): Finding[] {
  const [before, after] = [settingOf(from, 'binding_protocol'), settingOf(to, 'binding_protocol')];
  if (before === after || after === undefined || after === 'auto-negotiate') return [];
  return [
    {
      id: 'memcached.protocol',
      severity: 'error',
      message: `${to.where} speaks ${after} alone, and ${from.where} ${before}: clients of the binary protocol are refused.`,
      remedy: 'Set binding_protocol to auto in its parameter group, and reboot it while nobody uses it.',
    },
  ];
}

function connections({ from, to }: Survey): Finding[] {
  const [used, most] = [sumOf(from, 'curr_connections'), sumOf(to, 'max_connections')];
  if (most === 0 || used <= most) return [];
  return [
    {
      id: 'memcached.connections',
      severity: 'error',
      message: `${from.where} has ${used} connections, and ${to.where} takes ${most}.`,
      remedy: 'Choose more nodes, or have clients open fewer connections.',
    },
  ];
}

function memory({ from, to }: Survey): Finding[] {
  const [used, offered] = [sumOf(from, 'bytes'), sumOf(to, 'limit_maxbytes')];
  if (offered >= used) return [];
  return [
    {
      id: 'memcached.memory',
      severity: 'warning',
      message: `${from.where} holds ${used} bytes, and ${to.where} has room for ${offered}: it will evict what is read least.`,
      remedy: 'Choose larger nodes or more of them, if the backend cannot bear a lower hit rate.',
    },
  ];
}
