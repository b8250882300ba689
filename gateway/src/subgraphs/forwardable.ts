import type { GatewayContext } from '../request/context.ts'

const clean = /^(?:[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?)?$/

/**
 * Headers of the client's that a subgraph is sent, without what no header may hold, and as they arrive: they are signed. A new object
 * each time.
 */
export function forwardable({ forwarded }: Pick<GatewayContext, 'forwarded'>): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name in forwarded) {
    const value = forwarded[name] ?? ''
    headers[name] = clean.test(value) ? value : value.replace(/[^\t\x20-\x7e]/g, '').trim()
  }
  return headers
}
