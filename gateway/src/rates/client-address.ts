import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Log } from '@tikitu/kit/base/log'

/**
 * The client address of a request. Only the last `proxies` entries of `x-forwarded-for` are trusted. IPv6 addresses are reduced to their
 * network, which belongs to one customer.
 */
export function clientAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, proxies: number): string {
  const peer = request.socket.remoteAddress ?? ''
  const address = (statedAddress(request, proxies) || peer).replace(/^::ffff:(?=[\d.]+$)/, '').slice(0, 64)
  return isIPv6(address) ? `${networkOf(address)}::/64` : address
}

function statedAddress({ headers }: Pick<IncomingMessage, 'headers'>, proxies: number): string | undefined {
  const stated = headers['x-forwarded-for']
  if (proxies === 0 || stated === undefined) return undefined
  return [stated].flat().join(',').split(',').at(-proxies)?.trim()
}

/** Warns once about an unconfigured proxy, behind which all clients would share an address. */
export function unknownProxyNote(log: Pick<Log, 'warn'>): (request: Pick<IncomingMessage, 'headers'>) => void {
  let isSaid = false
  return ({ headers }) => {
    if (isSaid || headers['x-forwarded-for'] === undefined) return
    isSaid = true
    log.warn(
      {},
      'a request has x-forwarded-for, but GATEWAY_TRUSTED_PROXIES is 0: behind an own proxy, all clients share its address and rate limits',
    )
  }
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::')
  const first = head.split(':').filter(Boolean)
  const last = (tail ?? '').split(':').filter(Boolean)
  const missing = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...last]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
