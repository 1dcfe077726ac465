/** Files of source repositories over HTTPS, from known hosts at public addresses. */
import { Agent, type Dispatcher, request } from 'undici';
import { SourceFault, type SourceFiles } from '../../ports/source-files.ts';
import { publicLookup } from './public-address.ts';

/** Where raw files of public repositories are. */
const HOSTS = ['raw.githubusercontent.com', 'gitlab.com'];
/** All of it, redirects too: somebody waits for the answer. */
const TIME_MS = 10_000;
const REDIRECTS_MAX = 3;

export type HttpsOptions = {
  /** Hosts that may be asked, with their port where it is not 443. */
  readonly hosts?: readonly string[];
  readonly timeMs?: number;
  /** In the place of connections to public addresses. */
  readonly dispatcher?: Dispatcher;
};

const connections = (timeMs: number): Dispatcher =>
  new Agent({
    connect: { lookup: publicLookup, timeout: timeMs },
    headersTimeout: timeMs,
    bodyTimeout: timeMs,
  });

/** `bytesMax`: the size of the largest file that is read. */
export function createSourceFiles(
  bytesMax: number,
  { hosts = HOSTS, timeMs = TIME_MS, dispatcher = connections(timeMs) }: HttpsOptions = {},
): SourceFiles {
  function checked(address: string): URL {
    const url = new URL(address);
    if (url.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw new SourceFault('leads to an address that is not plain https');
    if (!hosts.includes(url.host))
      throw new SourceFault(`leads to ${url.host}, where files are not fetched from`);
    return url;
  }

  async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of body) {
      bytes += part.length;
      if (bytes > bytesMax) throw new SourceFault(`is larger than ${bytesMax} bytes`);
      parts.push(part);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
  }

  async function follow(address: string, signal: AbortSignal): Promise<string> {
    let url = checked(address);
    for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
      const { statusCode, headers, body } = await request(url, { dispatcher, signal });
      if (statusCode === 200) return textOf(body);
      await body.dump();
      const to = headers.location;
      if (statusCode < 300 || statusCode > 399 || typeof to !== 'string')
        throw new SourceFault(`answers ${statusCode}`);
      url = checked(new URL(to, url).href);
    }
    throw new SourceFault('leads from one address to another too often');
  }

  return {
    async read(address) {
      try {
        return await follow(address, AbortSignal.timeout(timeMs));
      } catch (error) {
        if (error instanceof SourceFault) throw error;
        if (error instanceof Error && error.name === 'TimeoutError')
          throw new SourceFault(`does not answer in ${timeMs} ms`);
        if (error instanceof TypeError) throw new SourceFault('is no text of UTF-8');
        throw new SourceFault('cannot be reached');
      }
    },
  };
}
