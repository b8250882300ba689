import type pg from 'pg'

/** A statement as it was sent. */
export interface SentStatement {
  text: string
  values: unknown[]
}

/** The statements that `act` sends through the pool, each by its text. */
export async function statementsOf(pool: pg.Pool, act: () => Promise<unknown>): Promise<string[]> {
  return (await statementsSentBy(pool, act)).map(({ text }) => text)
}

/** Services refresh rights in the background; tests do so before each operation. */
export function isOfRights(text: string): boolean {
  return text.includes('/* access.read */')
}

/** The statements that `act` sends through the pool, with their parameters. */
export async function statementsSentBy(pool: pg.Pool, act: () => Promise<unknown>): Promise<SentStatement[]> {
  const sent: SentStatement[] = []
  const note = (client: pg.PoolClient): void => {
    const query = client.query
    client.query = ((...call: Parameters<typeof query>) => {
      const [first, second] = call as unknown as [string | { text: string; values?: unknown[] }, unknown]
      const { text, values = second } = typeof first === 'string' ? { text: first } : first
      if (!isOfRights(text)) sent.push({ text, values: Array.isArray(values) ? values : [] })
      return query.apply(client, call)
    }) as typeof query
    restore.push(() => {
      client.query = query
    })
  }
  const restore: (() => void)[] = []
  const seen = new Set<pg.PoolClient>()
  const acquire = (client: pg.PoolClient): void => {
    if (!seen.has(client)) note(client)
    seen.add(client)
  }
  pool.on('acquire', acquire)
  try {
    await act()
  } finally {
    pool.off('acquire', acquire)
    for (const each of restore) each()
  }
  return sent
}
