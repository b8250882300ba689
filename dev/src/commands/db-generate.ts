// npm run db:generate -w subgraphs/<name> -- --name what_changed: writes the migration that brings the database to the tables.
import { spawnSync } from 'node:child_process'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../stack/repository.ts'

const { values } = parseArgs({ options: { name: { type: 'string' } }, strict: false, allowPositionals: true })
const { name } = values
// Without a name drizzle-kit invents one that says nothing about the change.
if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) {
  console.error(
    `Describe the change in two words or more: npm run db:generate -w subgraphs/${basename(process.cwd())} -- --name what_changed`,
  )
  process.exit(1)
}
const drizzle = join(root, 'node_modules/drizzle-kit/bin.cjs')
const { status } = spawnSync(process.execPath, [drizzle, 'generate', ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
