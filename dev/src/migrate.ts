import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serviceEnvironment } from './environment.ts'
import { root as repository } from './repository.ts'
import { runOnce } from './run-process.ts'
import type { Service } from './services.ts'
import { databaseVariable, type Settings } from './settings.ts'
import type { Starting } from './starting.ts'

/**
 * Brings a service's database to its newest form. One of ours is left alone while its migrations are those that it was
 * last brought to: asking the database anew costs each service a process, and most starts find nothing to do.
 */
export async function migrate(starting: Starting, service: Service): Promise<void> {
  const { root, stateDir, given } = starting.settings
  const mark = join(stateDir, 'migrated', service.name)
  const wanted = given[databaseVariable(service)] ? null : fingerprintOf(starting.settings, service)
  if (wanted && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  const migration = runOnce(starting, {
    name: `${service.name}-migrate`,
    script: join(root, service.folder, 'src', 'migrate.ts'),
    env: serviceEnvironment(starting.settings, starting.secrets, service),
  })
  await starting.report.during(`${service.name} migrates its database`, migration)
  starting.report.done(`${service.name}'s database is up to date`)
  if (!wanted) return
  mkdirSync(join(stateDir, 'migrated'), { recursive: true })
  writeFileSync(mark, wanted)
}

/** What runs migrations, the versions of what it uses, and the rule by which search words are cut. */
const shared = [
  'package-lock.json',
  'packages/kit/src/postgres/migrate.ts',
  'packages/kit/src/search/search-words.ts',
  'packages/kit/src/search/fold-text.ts',
]

/** Everything a migration is made of: the service's files, and what runs them, whose version of the job queue has a schema too. */
function fingerprintOf({ root, stateDir }: Settings, service: Service): string | null {
  const folder = join(root, service.folder, 'src/db/migrations')
  const files = globSync('**/*.{sql,json}', { cwd: folder }).sort()
  if (files.length === 0) return null
  const hash = createHash('sha256')
  for (const file of shared) hash.update(readFileSync(join(repository, file)))
  // Written when the cluster is made: somebody may throw it away by hand.
  hash.update(String(statSync(join(stateDir, 'postgres/PG_VERSION')).mtimeMs))
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}
