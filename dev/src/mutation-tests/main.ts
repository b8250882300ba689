import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MutationReport, scoreOf } from './score.ts'
import { type Target, targets } from './targets.ts'

/**
 * Changes the code of each target, or of those that are named, one place at a time, and runs its tests: a change that no test notices
 * survives. Prints the score of each target and each survivor; exits 1 when a target could not be tested.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url))
const own = fileURLToPath(new URL('.', import.meta.url))
const cache = join(root, 'node_modules/.cache/tikitu-mutation-tests')

function installStryker(): void {
  const [wanted, installed] = [join(own, 'package.json'), join(cache, 'installed.json')]
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8')) return
  rmSync(cache, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  copyFileSync(wanted, join(cache, 'package.json'))
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps']
  execFileSync('npm', ['install', ...options], { cwd: cache, stdio: 'inherit' })
  copyFileSync(wanted, installed)
}

function testTarget({ name, mutate, tests }: Target): boolean {
  const report = join(cache, `${name}.json`)
  const config = join(cache, `${name}.config.json`)
  rmSync(report, { force: true })
  writeFileSync(config, JSON.stringify(configOf(mutate, report)))
  const stryker = join(cache, 'node_modules/@stryker-mutator/core/bin/stryker.js')
  const env = { ...process.env, MUTATION_TESTS: JSON.stringify(tests) }
  spawnSync(process.execPath, [stryker, 'run', config], { cwd: root, stdio: 'inherit', env })
  if (!existsSync(report)) return false
  const { score, killed, survivors } = scoreOf(JSON.parse(readFileSync(report, 'utf8')) as MutationReport)
  for (const survivor of survivors) console.log(`  ${survivor}`)
  console.log(`${name}: ${score} % (${killed} of ${killed + survivors.length})`)
  return true
}

/** Every mutant meets all tests of its target: what runs while a module loads or in a hook belongs to no single test. */
function configOf(mutate: readonly string[], fileName: string) {
  return {
    mutate: [...mutate, '!**/*.test.ts'],
    testRunner: 'vitest',
    plugins: [join(cache, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'dev/src/mutation-tests/vitest.config.ts', related: false },
    coverageAnalysis: 'all',
    ignorePatterns: ['.tikitu', 'bench', 'docs'],
    tempDirName: '.tikitu/mutation-tests',
    concurrency: 2,
    timeoutMS: 30_000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName },
    // There is none of that name: Stryker need not rewrite it.
    tsconfigFile: 'tsconfig.stryker.json',
  }
}

installStryker()
const names = process.argv.slice(2)
const chosen = names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name))
const isDone = chosen.map(testTarget)
process.exitCode = isDone.every(Boolean) && chosen.length > 0 ? 0 : 1
