import pg from 'pg'
import { databaseVariable, hasDatabase, type Settings } from '../stack/settings.ts'

/** External databases of the services to start that cannot be opened, one line each: variable, URL without password, reason. */
export async function findUnreachable({ userEnv, started }: Settings): Promise<string[]> {
  const checks = started.filter(hasDatabase).map(async (service) => {
    const variable = databaseVariable(service)
    const url = userEnv[variable]
    if (url === undefined) return []
    const problem = await problemOf(url)
    return problem === null ? [] : [`${variable}: ${withoutPassword(url)} cannot be opened: ${problem}`]
  })
  return (await Promise.all(checks)).flat()
}

async function problemOf(connectionString: string): Promise<string | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return null
  } catch (error) {
    return messageOf(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A host name with several addresses fails with an AggregateError, whose own message is empty. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  shown.search = ''
  return shown.href
}
