import { KaleidoError } from '@kaleido/foundation';

/**
 * Sends every `fetch` of this process through the proxies in HTTP_PROXY and HTTPS_PROXY, except to hosts in NO_PROXY.
 * Node's `fetch` ignores these variables. Lower-case names are accepted and take precedence, as in curl.
 * @returns the proxies, for a message, without passwords; undefined if there is none
 * @throws KaleidoError for a proxy that is not an address
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
      // An empty string if there is none: otherwise the agent reads the environment itself.
      httpProxy: httpProxy?.href ?? '',
      httpsProxy: httpsProxy?.href ?? '',
      noProxy: variable('NO_PROXY')?.value ?? '',
      // Tunnels are only for https: many proxies refuse them to port 80.
      proxyTunnel: false,
    }),
  );
  const used = [http && httpProxy && tell(http, httpProxy), https && httpsProxy && tell(https, httpsProxy)];
  return used.filter(Boolean).join(', ');
}

/** An environment variable. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

function tell({ name }: Variable, { protocol, host }: URL): string {
  return `${protocol}//${host} (${name})`;
}

function proxyUrl({ name, value }: Variable): URL {
  // `proxy:3128` is valid too, as in curl.
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new KaleidoError({
    source: 'data',
    problem: `the environment variable ${name} is not the address of an HTTP proxy`,
    // It may contain a password.
    found: value.replace(/\/\/[^/]*@/, '//...@'),
    advice: `set it as in ${name}=http://proxy.example:3128, or unset it`,
  });
}
