import pg from 'pg'
import { databaseUrl } from '../stack/environment.ts'
import type { Secrets } from '../stack/secrets.ts'
import type { Service } from '../stack/services.ts'
import { databaseVariable, hasDatabase, portOf, type Settings } from '../stack/settings.ts'

/** Whether the embedded Postgres accepts connections. */
export async function isPostgresReady(settings: Settings, secrets: Secrets): Promise<boolean> {
  const client = superuser(settings, secrets)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * Creates a database and a role named after each service, unless they exist. A role can open its own database only.
 * Returns the names of the new databases.
 */
export async function createDatabases(settings: Settings, secrets: Secrets): Promise<string[]> {
  const client = superuser(settings, secrets)
  await client.connect()
  try {
    await client.query('revoke connect on database postgres, template1 from public')
    const created: string[] = []
    for (const service of settings.services.filter(hasDatabase)) {
      if (settings.userEnv[databaseVariable(service)]) continue
      const isNew = await createDatabase(client, service, new URL(databaseUrl(settings, secrets, service)))
      if (isNew) created.push(service.name)
    }
    return created
  } finally {
    await client.end()
  }
}

async function createDatabase(client: pg.Client, service: Service, url: URL): Promise<boolean> {
  const name = client.escapeIdentifier(service.name)
  const password = client.escapeLiteral(decodeURIComponent(url.password))
  const roles = await client.query('select 1 from pg_roles where rolname = $1', [service.name])
  await client.query(`${roles.rowCount ? 'alter' : 'create'} role ${name} login password ${password}`)
  const databases = await client.query('select 1 from pg_database where datname = $1', [service.name])
  if (!databases.rowCount) await client.query(`create database ${name} owner ${name}`)
  await client.query(`revoke connect, temporary on database ${name} from public`)
  return !databases.rowCount
}

function superuser(settings: Settings, secrets: Secrets): pg.Client {
  const port = portOf(settings, 'postgres')
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: secrets('postgres'),
    database: 'postgres',
  })
  // A lost connection rejects the pending query; without this listener it would also end the process.
  client.on('error', () => undefined)
  return client
}
