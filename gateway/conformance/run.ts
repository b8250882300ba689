import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The official test suite of Apollo Server's integrations; it asks for Jest, which it runs without. */
const suite = '@apollo/server-integration-testsuite@5.5.0'
const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, 'node_modules/.cache/tikitu-conformance')

if (!existsSync(join(cache, 'node_modules/@apollo/server-integration-testsuite'))) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), '{ "private": true }\n')
  run('npm', ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--ignore-scripts', suite])
}
run(join(root, 'node_modules/.bin/vitest'), [
  'run',
  '--config',
  fileURLToPath(new URL('vitest.config.ts', import.meta.url)),
])

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: cache, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
