import { copyFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { breakingChanges, unannounced } from './changes.ts'

/**
 * Compares `api.graphql` with the last release, `released.graphql`, and exits 1 when the first section of `CHANGELOG.md` does not name a
 * breaking change. With `--release`, the current schema becomes the released one.
 */

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const read = (name: string) => readFileSync(fileOf(name), 'utf8')

if (process.argv.includes('--release')) {
  copyFileSync(fileOf('api.graphql'), fileOf('released.graphql'))
} else {
  const changes = await breakingChanges(read('released.graphql'), read('api.graphql'))
  const open = unannounced(changes, read('CHANGELOG.md'))
  if (open.length > 0) {
    const lines = open.map(({ path, message }) => `  \`${path}\`: ${message}`)
    console.error(`These changes break clients. Name each path in schema/CHANGELOG.md:\n${lines.join('\n')}`)
    process.exitCode = 1
  } else {
    console.log(`${changes.length} breaking changes since the last release, each in schema/CHANGELOG.md`)
  }
}
