/**
 * A self-signed certificate for local servers of tests: public.example, other.example and localhost, until 2126. Its key is
 * public, so nothing may ever trust it but tests that name it.
 */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg90zZtln1GmhN1wCD
Ge/dWDc31A2jG8xz00kT++/nv1WhRANCAAQBAuj9LB2fSyxK0ufOW2xgpI5zP9wi
l6sYswJhlC6j9JZmqbqXurcTWFG7QT5/gtOZSWpsKMPXzs6xFh45jp3W
-----END PRIVATE KEY-----
`;

export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBxDCCAWqgAwIBAgIUC80/shr8ryRYknSBY/QBQRPN7n0wCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQU2lnaHRnbGFzcyB0ZXN0czAgFw0yNjExMjAxOTQ0NTJaGA8y
MTI2MTAyNzE5NDQ1MlowGzEZMBcGA1UEAwwQU2lnaHRnbGFzcyB0ZXN0czBZMBMG
ByqGSM49AgEGCCqGSM49AwEHA0IABAEC6P0sHZ9LLErS585bbGCkjnM/3CKXqxiz
AmGULqP0lmapupe6txNYUbtBPn+C05lJamwow9fOzrEWHjmOndajgYkwgYYwHQYD
VR0OBBYEFNT0TXnWbDVpokucX6BZ/WRgE+otMB8GA1UdIwQYMBaAFNT0TXnWbDVp
okucX6BZ/WRgE+otMDMGA1UdEQQsMCqCDnB1YmxpYy5leGFtcGxlgg1vdGhlci5l
eGFtcGxlgglsb2NhbGhvc3QwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNI
ADBFAiEAm+216bk13C6nRw8duYo1nczak4ygzmf3+ij3eIcFX4YCIDTFwFo5z16z
XNxxS2vJQcgsyjoErC7xdJqqAN7uwjBQ
-----END CERTIFICATE-----
`;
