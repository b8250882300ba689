/** The token of an Authorization header with the Bearer scheme (RFC 6750 §2.1); undefined for other headers. */
export function bearerTokenOf(authorization: string): string | undefined {
  return /^bearer +([^\s]+) *$/i.exec(authorization)?.[1]
}
