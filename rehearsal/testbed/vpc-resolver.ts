/**
 * A module, as text, that has a Node program ask a name server of our choice, as the resolver of a VPC is asked there:
 * nothing in the program itself is changed. Addresses and names of the machine's own go the usual way.
 */
export function vpcResolver({ host, port }: { readonly host: string; readonly port: number }): string {
  return `'use strict';
const dns = require('node:dns');
const { isIP } = require('node:net');
const machines = dns.lookup;
const resolver = new dns.Resolver({ timeout: 2000, tries: 2 });
resolver.setServers([${JSON.stringify(`${host}:${port}`)}]);
dns.lookup = (name, options, callback) => {
  const done = typeof options === 'function' ? options : callback;
  if (isIP(name) !== 0 || name === 'localhost') return machines(name, options, callback);
  resolver.resolve4(name, (error, addresses) => {
    if (error) return done(error);
    if (options && options.all) return done(null, addresses.map((address) => ({ address, family: 4 })));
    return done(null, addresses[0], 4);
  });
};
`;
}
