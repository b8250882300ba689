import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { composeGraph } from '@tikitu/schema/compose'
import { findFreePorts } from '../../dev/src/stack/ports.ts'
import { type Measured, startMeasured } from '../measured-process.ts'
import type { BenchSubgraph } from './subgraphs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = fileURLToPath(new URL('./contenders', import.meta.url))
const cache = join(root, 'node_modules/.cache/tikitu-bench')

/** A gateway to measure: what is run, and with what environment. */
export interface Contender {
  name: string
  script: string
  env: Record<string, string>
}

/** A contender and where it listens. */
export interface Running extends Measured {
  port: number
}

/** Installs the gateways of others into a cache folder, once for each version of their list. */
export function installContenders(): void {
  mkdirSync(cache, { recursive: true })
  const list = join(own, 'package.json')
  const stamp = join(cache, 'installed.json')
  for (const file of ['stock.js', 'hive.js', 'floor.js']) copyFileSync(join(own, file), join(cache, file))
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(list, 'utf8')) return
  rmSync(join(cache, 'node_modules'), { recursive: true, force: true })
  copyFileSync(list, join(cache, 'package.json'))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: cache, stdio: 'inherit' })
  copyFileSync(list, stamp)
}

/** Every contender, over these subgraphs. */
export function contendersFor(subgraphs: readonly BenchSubgraph[]): Contender[] {
  const { supergraphSdl } = composeGraph(subgraphs)
  const supergraph = join(cache, 'supergraph.graphql')
  writeFileSync(supergraph, supergraphSdl)
  writeFileSync(join(cache, 'error-codes.json'), '[]')
  const others = { SUPERGRAPH: supergraph, APOLLO_TELEMETRY_DISABLED: '1' }
  const urls = JSON.stringify(Object.fromEntries(subgraphs.map(({ name, url }) => [name, url])))
  const ours = oursEnv(subgraphs, supergraph)
  const main = join(root, 'gateway/src/main.ts')
  return [
    { name: 'floor', script: join(cache, 'floor.js'), env: { SUBGRAPHS: urls } },
    { name: 'ours', script: main, env: ours },
    { name: 'ours-sharing', script: main, env: { ...ours, GATEWAY_DEDUPLICATE_REQUESTS: 'on' } },
    { name: 'ours-stock-executor', script: main, env: { ...ours, GATEWAY_EXECUTOR: 'stock' } },
    { name: 'stock', script: join(cache, 'stock.js'), env: others },
    { name: 'hive', script: join(cache, 'hive.js'), env: others },
    { name: 'hive-rust', script: join(cache, 'hive.js'), env: { ...others, RUST: 'on' } },
    { name: 'hive-rust-sharing', script: join(cache, 'hive.js'), env: { ...others, RUST: 'on', SHARING: 'on' } },
  ]
}

/** As in production, signatures included; only limits on single callers are out of the way. */
function oursEnv(subgraphs: readonly BenchSubgraph[], supergraph: string): Record<string, string> {
  const secret = randomBytes(32).toString('base64')
  const keys = subgraphs.map(({ name }) => [`${name.toUpperCase()}_REQUEST_KEYS`, `bench:${secret}`])
  return {
    ...Object.fromEntries(keys),
    LOG_LEVEL: 'error',
    AWS_COGNITO_USER_POOL_ID: 'eu-central-1_Bench',
    AWS_COGNITO_CLIENT_ID: 'bench',
    GATEWAY_SUPERGRAPH_FILE: supergraph,
    GATEWAY_MAX_HEIGHT: '100000',
    GATEWAY_MAX_RECURSION: '100',
    GATEWAY_MAX_COST_ANONYMOUS: '1000000000',
    GATEWAY_COST_IN_ANSWERS: 'off',
    GATEWAY_RATE_LIMITS: 'off',
    GATEWAY_DEDUPLICATE_REQUESTS: 'off',
    GATEWAY_RESPONSE_CACHE_BYTES: '0',
  }
}

/** Starts a contender on a free port of the core that is its own; with a profile, it writes one when it ends. */
export async function startContender({ name, script, env }: Contender, isProfiled: boolean): Promise<Running> {
  const [port = 0] = await findFreePorts(1)
  const ports = { PORT: String(port), AUTH_ROUTE_SERVICE_PORT: String(port) }
  const nodeArgs = isProfiled ? ['--cpu-prof'] : []
  return { ...startMeasured({ name, script, env: { NODE_ENV: 'production', ...env, ...ports }, nodeArgs }), port }
}
