import { parseArgs } from 'node:util'
import { differenceOf } from '../difference.ts'
import { firstAnswer, runLoad, type Sent } from '../load.ts'
import { end } from '../measured-process.ts'
import { cpuSeconds, memoryMb } from '../processor-time.ts'
import { takeTurns } from '../turns.ts'
import { contendersFor, installContenders, type Running, startContender } from './contenders.ts'
import { workloads } from './graph.ts'
import { type Result, tableOf } from './report.ts'
import { startSubgraphs } from './subgraphs.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '12' },
    only: { type: 'string' },
    workload: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})

/** A process is warm when its code is compiled: of the small operation that takes more requests, as each of them does less. */
const warmUpRequests: Readonly<Record<string, number>> = { deep: 600, small: 3_000 }
const connections = 20
const running = new Map<string, Running>()

installContenders()
const { subgraphs, close } = await startSubgraphs()
const fetchCount = () => subgraphs.reduce((sum, { count }) => sum + count(), 0)
try {
  const contenders = contendersFor(subgraphs).filter(
    ({ name }) => !values.only || values.only.split(',').includes(name),
  )
  for (const contender of contenders) running.set(contender.name, await startContender(contender, values.profile))
  for (const [workload, query] of Object.entries(workloads))
    if (!values.workload || workload === values.workload)
      await runWorkload(workload, { body: JSON.stringify({ query }) })
} finally {
  await Promise.all([...running.values()].map(end))
  close()
}

/** All are up and warm before the first turn. */
async function runWorkload(workload: string, sent: Sent): Promise<void> {
  let expected: string | null = null
  for (const [name, { port }] of running) {
    const answer = await firstAnswer(port, sent)
    expected ??= answer
    if (answer !== expected) console.log(`! ${name} answers ${workload} differently: ${differenceOf(expected, answer)}`)
    const minRequests = warmUpRequests[workload] ?? 600
    await runLoad({ port, sent, connections, seconds: 1, minRequests, isExpected: () => true })
  }
  const isExpected = (body: string) => body.trimEnd() === expected
  const results = await takeTurns(running, Number(values.rounds), async ({ port, child }): Promise<Result> => {
    const pid = child.pid ?? 0
    const before = { cpu: cpuSeconds(pid), fetches: fetchCount() }
    const load = await runLoad({ port, sent, connections, seconds: Number(values.seconds), isExpected })
    const cpuMicros = ((cpuSeconds(pid) - before.cpu) / load.requests) * 1e6
    return { ...load, cpuMicros, memoryMb: memoryMb(pid), fetches: (fetchCount() - before.fetches) / load.requests }
  })
  console.log(tableOf(`${workload}, ${Buffer.byteLength(expected ?? '')} bytes`, results))
}
