/** By the reason, as `fetchReason` gives it: Node's codes, and words of its `fetch`. */
const advices: readonly (readonly [RegExp, string])[] = [
  [/^ENOTFOUND$/, 'check the address: no such host is known; or your network'],
  [/ALTNAME/, 'check the address: the certificate of this server is for another host'],
  [
    /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    'check the clock of this machine; if it is right, the server needs a new certificate',
  ],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/,
    'its certificate is of no authority that this program knows; if you trust it, set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of its issuer',
  ],
  // A server that speaks plain HTTP answers a TLS greeting so.
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'check the port, or write http:// in place of https://: this server does not speak TLS there',
  ],
  [/redirect count exceeded/i, 'check the address: it leads in a circle'],
  [/bad port/, 'take another port: those of other services, 22 or 6000 say, are refused without being asked'],
  [/unsupported protocol|unknown scheme/i, 'check the address, or where it redirects to'],
];

/**
 * What to do about a connection that no second attempt mends: an unknown host, a certificate that is refused, redirects in
 * a circle. Undefined for other reasons, which may pass.
 * @param reason as `fetchReason` gives it
 */
export function connectionAdvice(reason: string): string | undefined {
  return advices.find(([pattern]) => pattern.test(reason))?.[1];
}
