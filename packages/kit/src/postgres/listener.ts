import pg from 'pg'
import type { Log } from '../base/log.ts'

export interface ListenerOptions {
  /** Provides the connection settings. Its own connections are not used, since a listening session is long-lived. */
  pool: pg.Pool
  channel: string
  log: Log
  onMessage: (payload: string) => void
  /** Called when listening has started, also again after a reconnect. */
  onOpened: () => void
  /** Whether to reconnect automatically after a break. */
  isNeeded: () => boolean
}

/** A session that listens to a notification channel. */
export interface Listener {
  /** Resolves when the session is listening. @throws when it cannot be opened */
  opened: () => Promise<void>
  close: () => Promise<void>
}

/** Maximum time to detect a dead connection. */
const pingMs = 10_000
const pingTimeoutMs = 5_000
const minPauseMs = 50
const maxPauseMs = 2_000

/** Opens lazily; reconnects with growing delays while needed. */
export function createListener(options: ListenerOptions): Listener {
  let session: { client: pg.Client; ready: Promise<void> } | null = null
  let retry: NodeJS.Timeout | undefined
  let failures = 0
  let isClosed = false

  function open(): Promise<void> {
    const client = new pg.Client(options.pool.options)
    const ready = listen(client)
    session = { client, ready }
    return ready
  }
  async function listen(client: pg.Client): Promise<void> {
    client.on('notification', ({ payload }) => options.onMessage(payload ?? ''))
    client.on('error', () => broken(client))
    client.on('end', () => broken(client))
    try {
      await client.connect()
      await client.query(`listen ${client.escapeIdentifier(options.channel)}`)
    } catch (error) {
      broken(client)
      throw error
    }
    failures = 0
    watchOver(client, () => broken(client))
    options.onOpened()
  }
  function broken(client: pg.Client): void {
    if (session?.client !== client) return
    session = null
    client.end().catch(() => undefined)
    if (isClosed || !options.isNeeded()) return
    options.log.warn('the LISTEN connection to the database was lost; reconnecting')
    clearTimeout(retry)
    retry = setTimeout(reopen, Math.min(maxPauseMs, minPauseMs * 2 ** failures++) * (0.5 + Math.random() / 2))
  }
  function reopen(): void {
    if (!isClosed && !session && options.isNeeded()) open().catch(() => undefined)
  }
  return {
    opened: () => session?.ready ?? open(),
    close: async () => {
      isClosed = true
      clearTimeout(retry)
      const client = session?.client
      session = null
      await client?.end()
    },
  }
}

/** Pings until the connection ends or is dead. */
function watchOver(client: pg.Client, onDead: () => void): void {
  const timer = setInterval(async () => {
    if (!(await isAnswering(client))) onDead()
  }, pingMs)
  timer.unref()
  client.once('end', () => clearInterval(timer))
}

async function isAnswering(client: pg.Client): Promise<boolean> {
  const ping: pg.QueryConfig & { query_timeout: number } = { text: 'select 1', query_timeout: pingTimeoutMs }
  return await client.query(ping).then(
    () => true,
    () => false,
  )
}
