import type { GatewayContext } from '../request/context.ts'

const clean = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/

/**
 * The client's headers that are forwarded to a subgraph, without characters that a header may not contain and trimmed as the subgraph
 * will read them, because they are signed. Returns a new object each time.
 */
export function forwardable({ forwarded }: Pick<GatewayContext, 'forwarded'>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in forwarded) {
    const value = forwarded[name] ?? ''
    headers[name] = clean.test(value) ? value : value.replace(/[^\t\x20-\x7e]/g, '').trim()
  }
  return headers
}
