/** The token of an Authorization header of the Bearer scheme (RFC 6750 §2.1); undefined when it has another form. */
export function bearerTokenOf(authorization: string): string | undefined {
  return /^bearer +([^\s]+) *$/i.exec(authorization)?.[1]
}
