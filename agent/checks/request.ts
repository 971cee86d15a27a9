import { lookup as resolve } from 'node:dns';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { HttpRequestOfCheck } from '../../contract/common';

/** What came back, redirects behind it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** There was more of the body. */
  readonly truncated: boolean;
}

/** A page is smaller; who answers without end is not read without end. */
const LARGEST_BODY_BYTES = 1_048_576;

/** A log-in goes over one or two. */
const MAX_REDIRECTS = 5;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a request and follows redirects within its host. Each goes over a connection of its own, and has the name resolved
 * again: a kept one would lead to the side that clients have left. It carries no credentials of AWS.
 */
export async function send(request: HttpRequestOfCheck, signal: AbortSignal): Promise<Answer> {
  let { method, body } = request;
  let url = new URL(request.url);
  for (let redirects = 0; ; redirects++) {
    const answer = await once(url, { ...request, method, body }, signal);
    // What is expected is not followed.
    if (!REDIRECTS.has(answer.status) || answer.status === request.status || answer.location === undefined) {
      return answer;
    }
    const next = new URL(answer.location, url);
    if (next.hostname !== url.hostname || !/^https?:$/.test(next.protocol)) {
      throw new Error(`it was redirected to ${next.protocol}//${next.host}, and follows none to another host`);
    }
    // What was sent over TLS is not sent again in clear text.
    if (url.protocol === 'https:' && next.protocol === 'http:') {
      throw new Error(`it was redirected from https to http://${next.host}, and follows none out of TLS`);
    }
    if (redirects === MAX_REDIRECTS) throw new Error(`it was redirected more than ${MAX_REDIRECTS} times`);
    if (answer.status === 303 || (answer.status !== 307 && answer.status !== 308 && method === 'POST')) {
      method = 'GET';
      body = undefined;
    }
    url = next;
  }
}

interface Hop extends Answer {
  readonly location?: string;
}

function once(
  url: URL,
  { method, headers, body }: Pick<HttpRequestOfCheck, 'method' | 'headers' | 'body'>,
  signal: AbortSignal,
): Promise<Hop> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) refuseOwn(host);
  return new Promise((done, fail) => {
    const over = url.protocol === 'https:' ? overHttps : overHttp;
    const sent = over(url, { method, headers, signal, agent: false, lookup }, (answer) => {
      read(answer).then(done, fail);
    });
    sent.on('error', fail);
    sent.end(body);
  });
}

async function read(answer: IncomingMessage): Promise<Hop> {
  const parts: Buffer[] = [];
  let size = 0;
  let truncated = false;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size < LARGEST_BODY_BYTES) continue;
    truncated = true;
    break;
  }
  const { statusCode = 0, headers } = answer;
  return {
    status: statusCode,
    body: Buffer.concat(parts).subarray(0, LARGEST_BODY_BYTES).toString('utf8'),
    truncated,
    ...(headers.location !== undefined && { location: headers.location }),
  };
}

/** As the machine resolves it, but for the addresses at which it finds its own credentials. */
const lookup: LookupFunction = (name, options, done) => {
  resolve(name, options, (error, found, family) => {
    if (error !== null) return done(error, found, family);
    try {
      for (const each of Array.isArray(found) ? found : [{ address: found }]) refuseOwn(each.address);
    } catch (refusal) {
      return done(refusal as Error, found, family);
    }
    done(null, found, family);
  });
};

/**
 * Link-local addresses, and what EC2 has beside them: the instance's metadata and its role's credentials are there.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
const OWN = new BlockList();
OWN.addSubnet('169.254.0.0', 16, 'ipv4');
OWN.addSubnet('fe80::', 10, 'ipv6');
OWN.addSubnet('fd00:ec2::', 32, 'ipv6');

function refuseOwn(address: string): void {
  if (OWN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) {
    throw new Error(`${address} is an address of the host's own services, which no check may ask`);
  }
}
