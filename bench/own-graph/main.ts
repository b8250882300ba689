import { parseArgs } from 'node:util'
import { gateway, subgraphs } from '../../dev/src/stack/services.ts'
import { portOf } from '../../dev/src/stack/settings.ts'
import { differenceOf } from '../difference.ts'
import { askOnce, runLoad } from '../load.ts'
import { end } from '../measured-process.ts'
import { cpuSeconds, cpuSecondsOfTree, memoryMb } from '../processor-time.ts'
import { takeTurns } from '../turns.ts'
import { type Page, pagesOf } from './pages.ts'
import { startSeededPlatform } from './platform.ts'
import { type Running, startFloor, startPlatform } from './processes.ts'
import { type Result, tableOf } from './report.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '8' },
    only: { type: 'string' },
    page: { type: 'string' },
    /** Contenders that all are compared with. */
    against: { type: 'string', default: 'floor,stock' },
    /** Services whose processor profile is written, separated by commas. */
    profile: { type: 'string', default: '' },
  },
})

/** A way to run the same graph. */
interface Contender {
  name: string
  start: () => Promise<Running>
}

const warmUpRequests = 600
const connections = 20
const expected = new Map<string, string>()
const platform = await startSeededPlatform()
const { stack } = platform
const pages = pagesOf(platform).filter(({ name }) => !values.page || values.page.split(',').includes(name))
const running = new Map<string, Running>()
try {
  const contenders = contendersWith(await floorVariables())
  await Promise.all([...subgraphs, gateway].map(({ name }) => stack.process(name).stop()))
  const chosen = contenders.filter(({ name }) => !values.only || values.only.split(',').includes(name))
  for (const { name, start } of chosen) running.set(name, await start())
  for (const page of pages) await runPage(page)
} finally {
  await Promise.all([...running.values()].flatMap(({ processes }) => processes.map(end)))
  await stack.stop()
}

function contendersWith(floor: Record<string, string>): Contender[] {
  const profiled = values.profile.split(',')
  return [
    { name: 'floor', start: () => startFloor(stack, floor) },
    { name: 'ours', start: () => startPlatform(stack, { env: {}, profiled }) },
    { name: 'stock', start: () => startPlatform(stack, { env: { GATEWAY_EXECUTOR: 'stock' } }) },
  ]
}

/** What the floor does not have to find out: who asks, and the plans that the service has in memory. */
async function floorVariables(): Promise<Record<string, string>> {
  const port = portOf(stack.settings, 'gateway')
  const answerOf = async (wanted: string) => {
    const page = pagesOf(platform).find(({ name }) => name === wanted)
    if (!page) throw new Error(`there is no page ${wanted}`)
    return JSON.parse(await askOnce(port, page)).data
  }
  const { seatMap } = (await answerOf('map')).performance
  const { id } = (await answerOf('me')).me
  return { FLOOR_USER: id, FLOOR_PLANS: JSON.stringify({ [seatMap.layoutId]: seatMap.geometry }) }
}

/** All are up and warm before the first turn. */
async function runPage(page: Page): Promise<void> {
  for (const [name, { port }] of running) {
    const answer = withoutVersion(await askOnce(port, page))
    const wanted = expected.get(page.name) ?? answer
    expected.set(page.name, wanted)
    if (answer !== wanted) console.log(`! ${name} answers ${page.name} differently: ${differenceOf(wanted, answer)}`)
    await runLoad({ port, sent: page, connections, seconds: 1, minRequests: warmUpRequests, isExpected: () => true })
  }
  const turns = await takeTurns(running, Number(values.rounds), (each, name) => measure(name, page, each))
  console.log(tableOf(page.name, turns, values.against.split(',')))
}

async function measure(contender: string, page: Page, { port, processes }: Running): Promise<Result> {
  const isExpected = (body: string) => withoutVersion(body) === expected.get(page.name)
  const now = (): [name: string, seconds: number][] => [
    ...processes.map(({ name, child }): [string, number] => [name, cpuSeconds(child.pid ?? 0)]),
    ['postgres', cpuSecondsOfTree(platform.postgresPid())],
  ]
  const before = new Map(now())
  const load = await runLoad({ port, sent: page, connections, seconds: Number(values.seconds), isExpected })
  const cpuSpent = now().map(([name, seconds]): [string, number] => [name, seconds - (before.get(name) ?? 0)])
  const memory = processes.reduce((sum, { child }) => sum + memoryMb(child.pid ?? 0), 0)
  return { ...load, page: page.name, contender, cpuSeconds: Object.fromEntries(cpuSpent), memoryMb: memory }
}

/** The version of an availability names the moment it was read. */
function withoutVersion(body: string): string {
  return body.trimEnd().replace(/"version":"\d+-\d+"/, '')
}
