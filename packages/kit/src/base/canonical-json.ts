import canonicalize from 'canonicalize'

/**
 * JSON in its canonical form (RFC 8785): equal values give equal text, whatever the order of their keys. Audit chains and
 * idempotency keys hash this text, so it must never change for a value that was hashed before.
 * @throws {Error} for what JSON has no form for: NaN, infinite numbers, circular values, text with half a character
 */
export function canonicalJson(value: object): string {
  return canonicalize(value) ?? 'null'
}
