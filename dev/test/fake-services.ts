import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Service } from '../src/stack/services.ts'

const main = `
import { createServer } from 'node:http'
const prefix = PREFIX
const port = Number(process.env[prefix + '_SERVICE_PORT'])
console.log(JSON.stringify({ level: 40, msg: 'a warning' }))
const server = createServer((request, response) => {
  if (request.url === '/environment') return response.end(JSON.stringify(process.env))
  response.end(String(process.pid))
})
server.listen(port, '127.0.0.1')
process.on('SIGTERM', () => { server.close(() => process.exit(0)); server.closeAllConnections() })
`

const migrate = `
import pg from 'pg'
const client = new pg.Client({ connectionString: process.env[PREFIX + '_DATABASE_URL'] })
await client.connect()
await client.query('create table if not exists starts (at timestamptz default now())')
await client.query('insert into starts default values')
await client.end()
`

/** Writes small fake services into `root`: two subgraphs with databases and a gateway. */
export function writeFakeServices(root: string): Service[] {
  const booking = { name: 'booking', folder: 'subgraphs/booking', prefix: 'BOOKING', port: 0 }
  const user = { name: 'user', folder: 'subgraphs/user', prefix: 'USER', port: 0 }
  const gateway = { name: 'gateway', folder: 'gateway', prefix: 'AUTH_ROUTE', port: 0 }
  for (const service of [booking, user, gateway]) {
    const source = join(root, service.folder, 'src')
    mkdirSync(source, { recursive: true })
    writeFileSync(join(root, service.folder, 'package.json'), '{ "type": "module" }')
    for (const [file, text] of Object.entries({ 'main.ts': main, 'migrate.ts': migrate })) {
      writeFileSync(join(source, file), text.replaceAll('PREFIX', `'${service.prefix}'`))
    }
  }
  const migrations = join(root, user.folder, 'src/db/migrations')
  mkdirSync(migrations, { recursive: true })
  writeFileSync(join(migrations, '0000_first.sql'), 'select 1')
  return [booking, user, gateway]
}
