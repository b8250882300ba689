import type pg from 'pg'

/** The statements that `act` sends through the pool, each by its text. */
export async function statementsOf(pool: pg.Pool, act: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = []
  const note = (client: pg.PoolClient): void => {
    const query = client.query
    client.query = ((...call: Parameters<typeof query>) => {
      const [first] = call as unknown as [string | { text: string }]
      sent.push(typeof first === 'string' ? first : first.text)
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
