import { describe, expect, it } from '@jest/globals';
import { connectionAdvice } from './connection-advice.ts';

describe('connectionAdvice', () => {
  it.each([
    ['ENOTFOUND', /no such host/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another host/],
    ['CERT_HAS_EXPIRED', /clock/],
    ['CERT_NOT_YET_VALID', /clock/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /NODE_EXTRA_CA_CERTS/],
    ['CERT_REVOKED', /a new certificate/],
    ['CERT_SIGNATURE_FAILURE', /a new certificate/],
    ['INVALID_PURPOSE', /a new certificate/],
    ['UNABLE_TO_DECRYPT_CERT_SIGNATURE', /a new certificate/],
    ['ERR_TLS_CERT_ALTNAME_FORMAT', /a new certificate/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /certificate of the client/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /http:\/\//],
    ['redirect count exceeded', /circle/],
    ['bad port', /another port/],
    ['unknown scheme', /address/],
  ])('says what to do about %s', (reason, advice) => {
    expect(connectionAdvice(reason)).toMatch(advice);
  });

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EAI_AGAIN',
    'UND_ERR_SOCKET',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
  ])('says nothing about %s, which may pass', (reason) => {
    expect(connectionAdvice(reason)).toBeUndefined();
  });
});
