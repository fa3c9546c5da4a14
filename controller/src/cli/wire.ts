/** One request to the center, plain or encrypted. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request as plain, type IncomingMessage } from 'node:http';
import { request as secure, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';

export interface Question {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly withinMs: number;
  /** File of the certificate that the center shows; on its own machine that file says more than a name would. */
  readonly certificate: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Exactly this certificate is trusted, whatever name it is for and whoever signed it. */
async function pinned(file: string): Promise<RequestOptions> {
  const pem = await readFile(file);
  const { fingerprint256 } = new X509Certificate(pem);
  return {
    ca: pem,
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, shown) =>
      shown.fingerprint256 === fingerprint256
        ? undefined
        : new Error('another certificate than the center’s'),
  };
}

/** Rejects when nobody answers in time. */
export async function ask({ url, method, headers, body, withinMs, certificate }: Question): Promise<Reply> {
  const encrypted = url.startsWith('https:');
  const trust = encrypted && certificate !== undefined ? await pinned(certificate) : {};
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers, signal: AbortSignal.timeout(withinMs), ...trust };
    const asked = (encrypted ? secure : plain)(url, options, resolve);
    asked.once('error', reject);
    asked.end(body);
  });
  return {
    status: answer.statusCode ?? 0,
    type: answer.headers['content-type'] ?? '',
    text: await text(answer),
  };
}
