// npm run migrations:check: checks the migrations against docs/migrations.md, and exits 1 when one breaks a rule.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../stack/repository.ts'
import { checkMigration } from './check-migration.ts'
import older from './older.json' with { type: 'json' }

const files = globSync('{packages,subgraphs}/*/src/**/migrations/*.sql', { cwd: root }).toSorted()
const checked = files.filter((file) => !older.includes(file))
const findings: string[] = []
for (const file of checked) {
  const found = await checkMigration(readFileSync(join(root, file), 'utf8'))
  findings.push(...found.map(({ rule, line, message }) => `${file}:${line} ${rule}: ${message}`))
}
const missing = older.filter((file) => !files.includes(file))
findings.push(...missing.map((file) => `dev/src/migration-rules/older.json names ${file}, which does not exist`))

if (findings.length > 0) {
  console.error(`Migrations that would interrupt the service (docs/migrations.md):\n  ${findings.join('\n  ')}`)
  process.exit(1)
}
console.log(`${checked.length} migrations can run while the service is in use (${older.length} older ones are exempt)`)
