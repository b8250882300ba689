import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Log } from '../base/log.ts'
import { foreignHost, refuseForeign } from '../base/own-requests.ts'

export interface ServiceOptions {
  name: string
  server: Server
  host: string
  port: number
  log: Log
  /** Accepted host names; null: any. */
  names?: readonly string[] | null
  /** Called first, after the server stopped accepting connections. Ends open-ended responses such as streams. */
  onStopping?: () => void
  /** Closed in this order after the last response: jobs first, the pool last. */
  closers: readonly (() => Promise<unknown>)[]
}

const drainMs = 8_000
/** Closes idle connections, so that a client that keeps one open does not delay the shutdown. */
const idleSweepMs = 50

/** A connection that stays unused this long is speculative. */
const unusedMs = 500

/** Listens, and on SIGTERM or SIGINT stops accepting, lets running requests finish, closes, and exits 0 within 10 s. */
export async function runService(options: ServiceOptions): Promise<void> {
  if (options.names) refuseForeign(options.server, [foreignHost(options.names)])
  const closeUnused = watchUnused(options.server)
  options.server.listen(options.port, options.host)
  await once(options.server, 'listening')
  options.log.info({ port: options.port }, `${options.name} is listening`)
  let isStopping = false
  const stop = (signal: string): void => {
    if (isStopping) return
    isStopping = true
    options.log.info({ signal }, `${options.name} is shutting down`)
    setTimeout(() => process.exit(1), 10_000).unref()
    void drain(options, closeUnused).then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

async function drain({ server, closers, log, onStopping }: ServiceOptions, closeUnused: () => void): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  onStopping?.()
  const sweep = setInterval(() => {
    server.closeIdleConnections()
    closeUnused()
  }, idleSweepMs)
  setTimeout(() => server.closeAllConnections(), drainMs).unref()
  await closed
  clearInterval(sweep)
  for (const close of closers) {
    await close().catch((error: unknown) => log.error({ err: error }, 'closing failed'))
  }
}

/** Node considers a new connection busy until its first response; returns a function that closes unused ones. */
function watchUnused(server: Server): () => void {
  const unused = new Map<Socket, number>()
  const use = ({ socket }: IncomingMessage): void => void unused.delete(socket)
  server.on('connection', (socket: Socket) => {
    unused.set(socket, performance.now())
    socket.once('close', () => unused.delete(socket))
  })
  server.prependListener('request', use)
  server.prependListener('upgrade', use)
  return () => {
    for (const [socket, since] of unused) if (performance.now() - since > unusedMs) socket.destroy()
  }
}
