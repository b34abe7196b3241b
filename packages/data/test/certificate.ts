/**
 * A self-signed certificate for 127.0.0.1 and its key, which protect nothing: they are for the servers of tests alone.
 * Valid from 2020 to 2119; made by OpenSSL 3.0 (`openssl ca -selfsign`) with an elliptic key (P-256),
 * `subjectAltName=IP:127.0.0.1` and `basicConstraints=critical,CA:TRUE`.
 */
export const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBbzCCARagAwIBAgIBATAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNLYWxlaWRv
IHRlc3Qgc2VydmVyMCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAe
MRwwGgYDVQQDDBNLYWxlaWRvIHRlc3Qgc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEjIdf+iXQWVuRJjf98psVpPwXp/i+/4+xh8jd5W+36INNe20Eflxl
71Y7hJoF2cOdyrGLNX8b7JDBGZOz2OqJTaNDMEEwDwYDVR0RBAgwBocEfwAAATAP
BgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBS+iiR2e6tkyjXKLPjHA0Di3er4BzAK
BggqhkjOPQQDAgNHADBEAiBNDq5wBDPktysOoJiMa+Qmoz7ZDS8Zw3kSEH6FQQeB
wwIgBRVwjXno07X5mK655kviOgKNJwsbG3eYCRL9/XsYj/8=
-----END CERTIFICATE-----
`;

export const testKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZ1ZUrafmzdRRaykH
FC2alWOsxOMnTA6Pr4c9FtObd5WhRANCAASMh1/6JdBZW5EmN/3ymxWk/Ben+L7/
j7GHyN3lb7fog017bQR+XGXvVjuEmgXZw53KsYs1fxvskMEZk7PY6olN
-----END PRIVATE KEY-----
`;
