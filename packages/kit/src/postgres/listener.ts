import pg from 'pg'
import type { Log } from '../base/log.ts'

export interface ListenerOptions {
  /** Says how to connect. Its own connections are left alone: a session that listens is kept for long. */
  pool: pg.Pool
  channel: string
  log: Log
  onMessage: (payload: string) => void
  /** Listening has begun, at first or again after a break. */
  onOpened: () => void
  /** Whether a session that broke is to be opened again without anybody asking. */
  isNeeded: () => boolean
}

/** One session that listens to a channel of the database. */
export interface Listener {
  /** Resolves when the session listens. @throws when it cannot be opened */
  opened: () => Promise<void>
  close: () => Promise<void>
}

/** A connection that is dead without having said so is found out in this time. */
const pingMs = 10_000
const pingTimeoutMs = 5_000
const minPauseMs = 50
const maxPauseMs = 2_000

/** Opened when first asked for; when it breaks while it is needed, opened again with growing pauses. */
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

/** Pings until the connection ends, or is found dead. */
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
