import type { CheckRun } from '../../../../rehearsal/report/result';

export const LOGIN: CheckRun = {
  check: 'log in',
  kind: 'HTTP request',
  owner: 'shop <team>',
  phase: 'Check',
  asked: '2026-01-01T02:00:00.000Z',
  seconds: 12.4,
  tries: 3,
  passed: false,
  detail: 'GET http://shop/login: got the status 503, expected 200 to 299',
};

export const A_LOOK: CheckRun = {
  check: 'a look',
  kind: 'confirmation',
  phase: 'Check with clients',
  asked: '2026-01-01T02:01:00.000Z',
  seconds: 61,
  tries: 1,
  passed: true,
  detail: 'ann confirmed it',
  by: 'ann',
};
