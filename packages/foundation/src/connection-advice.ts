/** By the reason, as `fetchReason` gives it: Node's codes, and words of its `fetch`. */
const advices: readonly (readonly [RegExp, string])[] = [
  [/^ENOTFOUND$/, 'check the address: no such host is known; or your network'],
  [
    /^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    'check the address: the certificate of this server is for another host',
  ],
  [
    /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/,
    'check the clock of this machine; if it is right, the server needs a new certificate',
  ],
  [
    /^(?:CERT_UNTRUSTED|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF))/,
    'its certificate is of no authority that this program knows; if you trust it, set NODE_EXTRA_CA_CERTS to a PEM file with the certificate of its issuer',
  ],
  [
    /^ERR_SSL_.*_ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE)$/,
    'take another address: this server asks for a certificate of the client, and this program has none',
  ],
  // Revoked, damaged, or made for another purpose.
  [
    /^(?:CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|INVALID_(?:CA|PURPOSE)$|PATH_LENGTH_EXCEEDED$|ERR_TLS_CERT_)/,
    'ask those who run the server for a new certificate: no setting makes this one valid',
  ],
  // A server that speaks plain HTTP answers a TLS greeting so.
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'check the port, or write http:// in place of https://: this server does not speak TLS there',
  ],
  [/redirect count exceeded/i, 'check the address: it leads in a circle'],
  [/bad port/, 'use another port: fetch refuses ports of other services, such as 22 and 6000, and sends nothing'],
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
