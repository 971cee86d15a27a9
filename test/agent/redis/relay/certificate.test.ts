import { generate, type SelfsignedOptions } from 'selfsigned';
import { AgentError } from '../../../../agent/errors';
import { checkRelayCertificate } from '../../../../agent/redis/preflight/relay-certificate';
import { relayCertificateOf, requireAccepted } from '../../../../agent/redis/relay/certificate';

const RECORD = 'cache.internal.example';
const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;

async function certificate(names: readonly string[], validDays: number, more: SelfsignedOptions = {}) {
  const altNames = names.map((value) => ({ type: 2 as const, value }));
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? '' }], {
    ...{ keySize: 2048, notBeforeDate: new Date(NOW - DAY), notAfterDate: new Date(NOW + validDays * DAY) },
    ...{ extensions: [{ name: 'subjectAltName', altNames }], ...more },
  });
  return { certificate: cert, privateKey: key };
}

const inspect = async (secret: object) =>
  checkRelayCertificate({
    recordName: RECORD,
    now: () => NOW,
    relayCertificate: async () => relayCertificateOf(JSON.stringify(secret), 'arn:of:it'),
  });

test.each([
  ['made out to the record', [RECORD], 90, []],
  ['of a wildcard', ['*.internal.example'], 90, []],
  ['made out to another name', ['other.internal.example'], 90, ['error redis.relay-certificate-name']],
  ['that has ended', [RECORD], -0.5, ['error redis.relay-certificate-ends']],
  ['that ends tomorrow', [RECORD], 1, ['error redis.relay-certificate-ends']],
  ['that ends in ten days', [RECORD], 10, ['warning redis.relay-certificate-ends']],
] as const)('a certificate %s', async (_what, names, days, expected) => {
  const secret = await certificate(names, days);
  const found = await inspect(secret);
  expect(found.map(({ severity, id }) => `${severity} ${id}`)).toEqual(expected);
  const read = relayCertificateOf(JSON.stringify(secret), 'arn:of:it');
  const refusal = () => requireAccepted(read, RECORD, NOW);
  // A relay that is begun for a rollback goes by one that a new execution would not begin with.
  const isAccepted = days > 0 && expected[0] !== 'error redis.relay-certificate-name';
  if (!isAccepted) expect(refusal).toThrow(AgentError);
  else expect(refusal).not.toThrow();
});

test('one that is valid from tomorrow on is of no use today', async () => {
  const notBeforeDate = new Date(NOW + DAY);
  const [finding] = await inspect(await certificate([RECORD], 90, { notBeforeDate }));
  expect(finding).toMatchObject({
    severity: 'error',
    message: expect.stringContaining('is valid from 2026-06-02 00:00 UTC on'),
  });
});

describe('a secret that is no certificate is a finding, without anything of it', () => {
  test.each([
    ['no JSON of that form', async () => ({ password: 'hush' }), 'both "certificate" and "privateKey"'],
    ['no certificate', async () => ({ certificate: 'hush', privateKey: 'hush' }), '"certificate" is none in PEM'],
    [
      'a certificate that cannot be read',
      async () => ({
        certificate: '-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----',
        privateKey: 'hush',
      }),
      '"certificate" is none in PEM',
    ],
    [
      'no key',
      async () => ({ ...(await certificate([RECORD], 90)), privateKey: 'hush' }),
      '"privateKey" is none in PEM',
    ],
    [
      "another certificate's key",
      async () => ({
        ...(await certificate([RECORD], 90)),
        privateKey: (await certificate([RECORD], 90)).privateKey,
      }),
      'does not belong to its first certificate',
    ],
    [
      'a chain that is none',
      async () => {
        const own = await certificate([RECORD], 90);
        return { ...own, certificate: own.certificate + (await certificate(['another.example'], 90)).certificate };
      },
      'certificate 2 of its chain is not the one that signed certificate 1',
    ],
  ])('%s', async (_what, secret, why) => {
    const findings = await inspect(await secret());
    expect(findings).toMatchObject([
      { id: 'redis.relay-certificate', severity: 'error', message: expect.stringContaining(why) },
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/hush|PRIVATE KEY/);
  });
});

test('a chain with the one that signed it is accepted', async () => {
  const authority = await certificate(['Authority'], 90, {
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const own = await certificate([RECORD], 90, { ca: { key: authority.privateKey, cert: authority.certificate } });
  // As they stand behind each other where somebody pasted them.
  const secret = { ...own, certificate: own.certificate.trim() + authority.certificate.trim() };
  await expect(inspect(secret)).resolves.toEqual([]);
  const { chain } = relayCertificateOf(JSON.stringify(secret), 'arn:of:it');
  expect(chain.match(/-----END CERTIFICATE-----\n/g)).toHaveLength(2);
});

test('caches in clear text need none', async () => {
  await expect(checkRelayCertificate({ recordName: RECORD, now: () => NOW })).resolves.toEqual([]);
});
