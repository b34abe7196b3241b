/** Whether a text is an address such as `https://host/path`, and not a path. One letter before `:` is a Windows drive. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

/** Parameters that give access, or say until when: signatures of S3, Google, CloudFront and Azure, tokens and keys. */
const accessParameters: ReadonlySet<string> = new Set(
  (
    'signature expires key-pair-id policy awsaccesskeyid googleaccessid sig se st sp spr sv sr skoid sktid skt ske sks skv ' +
    'token access_token accesstoken auth_token auth api_key apikey key password secret'
  ).split(' '),
);

function givesAccess(parameter: string): boolean {
  const name = parameter.toLowerCase();
  return accessParameters.has(name) || /^x-(?:amz|goog)-/.test(name);
}

/**
 * An address without what gives access to it: user and password, signatures and tokens among its parameters. For
 * messages, reports and files. Other texts, paths say, are returned as they are; so are braces in an address.
 */
export function publicAddress(text: string): string {
  if (!isAddress(text)) return text;
  const [, place = '', query, fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/s.exec(text) ?? [];
  const kept = (query ?? '').split('&').filter((part) => {
    const name = part.split('=')[0] ?? '';
    return part !== '' && !givesAccess(decodedPart(name));
  });
  const shown = place.replace(/^([^:]+:\/\/)[^/]*@/, '$1');
  return `${shown}${kept.length === 0 ? '' : `?${kept.join('&')}`}${fragment}`;
}

/** A text without the escapes of addresses; as it is where they are wrong. */
export function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
