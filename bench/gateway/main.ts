import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type Contender, contendersFor, installContenders, startContender } from './contenders.ts'
import { workloads } from './graph.ts'
import { firstAnswer, type Measured, measure } from './measure.ts'
import { type BenchSubgraph, startSubgraphs } from './subgraphs.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
    workload: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const results = new Map<string, Measured[]>()

installContenders()
const { subgraphs, close } = await startSubgraphs()
const wanted = contendersFor(subgraphs).filter(({ name }) => !values.only || values.only.split(',').includes(name))
const chosen = Object.entries(workloads).filter(([name]) => !values.workload || name === values.workload)
const expected = new Map<string, string>()
for (let round = 0; round < Number(values.rounds); round++) {
  for (const contender of wanted) await runContender(contender)
}
close()
report()

/** Each round starts a process anew; the best round counts, as others on the machine can only make it worse. */
async function runContender(contender: Contender): Promise<void> {
  const profile: Record<string, string> = values.profile ? { BENCH_PROFILE: 'on' } : {}
  const running = startContender({ ...contender, env: { ...contender.env, ...profile } }, 4_900)
  for (const [workload, query] of chosen) {
    const answer = await firstAnswer(running, query)
    const same = expected.get(workload) ?? answer
    expected.set(workload, same)
    if (answer !== same) console.log(`! ${contender.name} answers ${workload} differently: ${answer.slice(0, 300)}`)
    const before = total(subgraphs)
    await firstAnswer(running, query)
    const fetches = total(subgraphs) - before
    await measure(running, { query, seconds: seconds / 2, expected: answer })
    const measured = await measure(running, { query, seconds, expected: answer })
    console.log(line(workload, contender.name, { ...measured, fetches, bytes: Buffer.byteLength(answer) }))
    results.set(`${workload} ${contender.name}`, [...(results.get(`${workload} ${contender.name}`) ?? []), measured])
  }
  const gone = once(running.process, 'exit')
  running.process.kill(values.profile ? 'SIGTERM' : 'SIGKILL')
  await gone
}

function total(all: readonly BenchSubgraph[]): number {
  return all.reduce((sum, { count }) => sum + count(), 0)
}

function line(workload: string, name: string, measured: Measured & { fetches: number; bytes: number }): string {
  const { requests, p50Ms, p99Ms, cpuMicros, memoryMb, wrong, firstWrong, fetches, bytes } = measured
  const rate = (requests / measured.seconds).toFixed(0)
  const times = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
  return `${workload}, ${name}: ${rate} req/s, ${times}, ${cpuMicros.toFixed(0)} µs CPU, ${memoryMb.toFixed(0)} MB, ${fetches} fetches, ${bytes} bytes${wrong ? `, ${wrong} WRONG: ${firstWrong}` : ''}`
}

/** Ratios against the stock gateway, by requests in a second of the gateway's processor time. */
function report(): void {
  for (const [workload] of chosen) {
    const best = (name: string) =>
      Math.min(...(results.get(`${workload} ${name}`) ?? []).map(({ cpuMicros }) => cpuMicros))
    console.log(
      `\n| ${workload} | CPU µs / request | × stock | × hive-rust | of the floor |\n| --- | --- | --- | --- | --- |`,
    )
    for (const { name } of wanted) {
      const micros = best(name)
      const ratios = ['stock', 'hive-rust'].map((other) => (best(other) / micros).toFixed(1))
      console.log(
        `| ${name} | ${micros.toFixed(0)} | ${ratios.join(' | ')} | ${((best('floor') / micros) * 100).toFixed(0)} % |`,
      )
    }
  }
}
