import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import type { Log } from '@tikitu/kit/base/log'

/**
 * Where a request comes from. Of `x-forwarded-for` only what our own proxies wrote is believed, of which there are
 * `proxies` in a row. Of IPv6 the network: a customer has all of it.
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

/** Says once that there seems to be a proxy that nobody told us of: then all of its clients are one address to us. */
export function unknownProxyNote(log: Pick<Log, 'warn'>): (request: Pick<IncomingMessage, 'headers'>) => void {
  let isSaid = false
  return ({ headers }) => {
    if (isSaid || headers['x-forwarded-for'] === undefined) return
    isSaid = true
    log.warn(
      {},
      'x-forwarded-for comes, and GATEWAY_TRUSTED_PROXIES is 0: if that is a proxy of ours, all clients share its address and rates',
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
