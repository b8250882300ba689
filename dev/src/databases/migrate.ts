import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runOnce } from '../processes/run-process.ts'
import { serviceEnvironment } from '../stack/environment.ts'
import { root as repository } from '../stack/repository.ts'
import type { Service } from '../stack/services.ts'
import { databaseVariable, type Settings } from '../stack/settings.ts'
import type { StartContext } from '../stack/start-context.ts'

/**
 * Migrates a service's database. For an embedded one this is skipped while the migrations are unchanged since the last time: it saves
 * a process per service at most starts.
 */
export async function migrate(ctx: StartContext, service: Service): Promise<void> {
  const { root, stateDir, userEnv } = ctx.settings
  const marker = join(stateDir, 'migrated', service.name)
  const fingerprint = userEnv[databaseVariable(service)] ? null : fingerprintOf(ctx.settings, service)
  if (fingerprint && existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint) return
  const migration = runOnce(ctx, {
    name: `${service.name}-migrate`,
    script: join(root, service.folder, 'src', 'migrate.ts'),
    env: serviceEnvironment(ctx.settings, ctx.secrets, service),
  })
  await ctx.report.during(`${service.name} migrates its database`, migration)
  ctx.report.done(`${service.name}'s database is up to date`)
  if (!fingerprint) return
  mkdirSync(join(stateDir, 'migrated'), { recursive: true })
  writeFileSync(marker, fingerprint)
}

/** The migration runner, its dependencies, and the splitting of search words. */
const shared = [
  'package-lock.json',
  'packages/kit/src/postgres/migrate.ts',
  'packages/kit/src/search/search-words.ts',
  'packages/kit/src/search/fold-text.ts',
]

/** A hash of the service's migrations and of everything that runs them, the job queue's own schema included. */
function fingerprintOf({ root, stateDir }: Settings, service: Service): string | null {
  const folder = join(root, service.folder, 'src/db/migrations')
  const files = globSync('**/*.{sql,json}', { cwd: folder }).sort()
  if (files.length === 0) return null
  const hash = createHash('sha256')
  for (const file of shared) hash.update(readFileSync(join(repository, file)))
  // Changes when the cluster is recreated.
  hash.update(String(statSync(join(stateDir, 'postgres/PG_VERSION')).mtimeMs))
  for (const file of files) hash.update(file).update(readFileSync(join(folder, file)))
  return hash.digest('hex')
}
