import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { gateway, subgraphs } from '../../dev/src/services.ts'
import { portOf } from '../../dev/src/settings.ts'
import { askOnce, runLoad } from './load.ts'
import { type Page, pagesOf } from './pages.ts'
import { startSeededPlatform } from './platform.ts'
import {
  cpuSeconds,
  cpuSecondsOfTree,
  end,
  type Measured,
  memoryMb,
  startFloor,
  startService,
  waitUntilReady,
} from './processes.ts'
import { lineOf, type Result, tableOf } from './report.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
    page: { type: 'string' },
    /** Services whose processor profile is written, separated by commas. */
    profile: { type: 'string', default: '' },
  },
})

/** A way to run the same graph. */
interface Contender {
  name: string
  start: () => Measured[]
}

const seconds = Number(values.seconds)
const warmUpRequests = 600
const results: Result[] = []
const expected = new Map<string, string>()
const platform = await startSeededPlatform()
const { stack } = platform
const port = portOf(stack.settings, 'gateway')
const pages = pagesOf(platform).filter(({ name }) => !values.page || values.page.split(',').includes(name))
try {
  const floor = await floorVariables()
  const contenders: Contender[] = [
    { name: 'floor', start: () => [startFloor(stack, floor)] },
    { name: 'ours', start: () => startAll({}) },
    { name: 'ours, services on graphql-js', start: () => startAll({ SERVICE_EXECUTOR: 'graphql-js' }) },
    { name: 'stock', start: () => startAll({ GATEWAY_EXECUTOR: 'stock', SERVICE_EXECUTOR: 'graphql-js' }) },
  ]
  await Promise.all([...subgraphs, gateway].map(({ name }) => stack.process(name).stop()))
  const chosen = contenders.filter(({ name }) => !values.only || values.only.split(',').includes(name))
  for (let round = 0; round < Number(values.rounds); round++) for (const each of chosen) await runContender(each)
  for (const { name } of pages) console.log(tableOf(name, results))
} finally {
  await stack.stop()
}

function startAll(env: Record<string, string>): Measured[] {
  return [...subgraphs, gateway].map((service) => {
    const nodeArgs = values.profile.split(',').includes(service.name) ? ['--cpu-prof'] : []
    return startService(stack, service, { env, nodeArgs })
  })
}

/** What the floor does not have to find out: who asks, and the plans that the service has in memory. */
async function floorVariables(): Promise<Record<string, string>> {
  const answerOf = async (wanted: string) => {
    const page = pagesOf(platform).find(({ name }) => name === wanted)
    if (!page) throw new Error(`there is no page ${wanted}`)
    return JSON.parse(await askOnce(port, page)).data
  }
  const { seatMap } = (await answerOf('map')).performance
  const { id } = (await answerOf('me')).me
  return { FLOOR_USER: id, FLOOR_PLANS: JSON.stringify({ [seatMap.layoutId]: seatMap.geometry }) }
}

async function runContender({ name, start }: Contender): Promise<void> {
  const running = start()
  try {
    if (name === 'floor') await setTimeout(1_500)
    else await Promise.all(running.map((process) => waitUntilReady(stack, process)))
    for (const page of pages) await runPage(name, page, running)
  } finally {
    await Promise.all(running.map(end))
  }
}

async function runPage(contender: string, page: Page, running: readonly Measured[]): Promise<void> {
  const answer = withoutVersion(await askOnce(port, page))
  const wanted = expected.get(page.name) ?? answer
  expected.set(page.name, wanted)
  const loading = { port, page, connections: 20, isExpected: (body: string) => withoutVersion(body) === wanted }
  await runLoad({ ...loading, seconds: seconds / 2, minRequests: warmUpRequests })
  const before = cpuNow(running)
  const load = await runLoad({ ...loading, seconds })
  const after = cpuNow(running)
  const cpu = Object.keys(after).map((name) => [
    name,
    (((after[name] ?? 0) - (before[name] ?? 0)) / load.requests) * 1e6,
  ])
  const memory = running.map(({ child }) => memoryMb(child.pid ?? 0)).reduce((sum, each) => sum + each, 0)
  const result = { ...load, page: page.name, contender, cpuMicros: Object.fromEntries(cpu), memoryMb: memory }
  results.push(result)
  console.log(lineOf(result))
  if (load.wrong) console.log(`! ${contender} answers ${page.name} differently: ${answer.slice(0, 300)}`)
}

/** Seconds of processor time so far, by process; Postgres with all of its own. */
function cpuNow(running: readonly Measured[]): Record<string, number> {
  const own = running.map(({ name, child }) => [name, cpuSeconds(child.pid ?? 0)])
  return { ...Object.fromEntries(own), postgres: cpuSecondsOfTree(platform.postgresPid()) }
}

/** The version of an availability names the moment it was read. */
function withoutVersion(body: string): string {
  return body.trimEnd().replace(/"version":"\d+-\d+"/, '')
}
