// npm run migrations:check: judges the migrations by docs/migrations.md, and exits 1 when one breaks a rule.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repository.ts'
import { checkMigration } from './check-migration.ts'
import older from './older.json' with { type: 'json' }

const files = globSync('{packages,subgraphs}/*/src/**/migrations/*.sql', { cwd: root }).toSorted()
const judged = files.filter((file) => !older.includes(file))
const findings: string[] = []
for (const file of judged) {
  const found = await checkMigration(readFileSync(join(root, file), 'utf8'))
  findings.push(...found.map(({ rule, line, message }) => `${file}:${line} ${rule}: ${message}`))
}
const missing = older.filter((file) => !files.includes(file))
findings.push(...missing.map((file) => `dev/src/migration-rules/older.json names ${file}, which is not there`))

if (findings.length > 0) {
  console.error(`Migrations that would stop the service (docs/migrations.md):\n  ${findings.join('\n  ')}`)
  process.exit(1)
}
console.log(`${judged.length} migrations run while the service is used (${older.length} are older than the rules)`)
