import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'

/** The root of the repository. */
export const root = resolve(fileURLToPath(new URL('../../../', import.meta.url)))

/** Reads the `.env` in the root, if any, and returns the names it sets. The shell's variables take precedence. */
export function loadDotEnv(): string[] {
  const file = join(root, '.env')
  if (!existsSync(file)) return []
  process.loadEnvFile(file)
  return Object.keys(parseEnv(readFileSync(file, 'utf8')))
}
