import { KaleidoError } from '@kaleido/foundation';

/**
 * Lets every `fetch` of this process go through the proxies that HTTP_PROXY and HTTPS_PROXY name, but to hosts of
 * NO_PROXY; Node's own takes no notice of them. The names may be in small letters, which then count first, as with curl.
 * @returns what is used, for a message, without passwords; nothing where there is no proxy
 * @throws KaleidoError for a proxy that is no address
 */
export async function useProxyOfEnvironment(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const variable = (name: string): Variable | undefined => {
    for (const one of [name.toLowerCase(), name]) {
      const value = environment[one];
      if (value) return { name: one, value };
    }
    return undefined;
  };
  const [http, https] = [variable('HTTP_PROXY'), variable('HTTPS_PROXY')];
  const [httpProxy, httpsProxy] = [http && proxyUrl(http), https && proxyUrl(https)];
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  const { EnvHttpProxyAgent, setGlobalDispatcher } = await import('undici');
  setGlobalDispatcher(
    new EnvHttpProxyAgent({
      // An empty text where there is none: without it the agent looks for itself.
      httpProxy: httpProxy?.href ?? '',
      httpsProxy: httpsProxy?.href ?? '',
      noProxy: variable('NO_PROXY')?.value ?? '',
      // A tunnel is for https alone: many proxies refuse one to port 80.
      proxyTunnel: false,
    }),
  );
  const used = [http && httpProxy && tell(http, httpProxy), https && httpsProxy && tell(https, httpsProxy)];
  return used.filter(Boolean).join(', ');
}

/** A variable of the environment. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

function tell({ name }: Variable, { protocol, host }: URL): string {
  return `${protocol}//${host} (${name})`;
}

function proxyUrl({ name, value }: Variable): URL {
  // `proxy:3128` is an address too, as for curl.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new KaleidoError({
    source: 'data',
    problem: `the environment variable ${name} names no HTTP proxy`,
    // A password may be in it.
    found: value.replace(/\/\/[^/]*@/, '//...@'),
    advice: `set it as in ${name}=http://proxy.example:3128, or unset it`,
  });
}
