import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { Running } from './contenders.ts'
import { askOnce, type Load, runLoad } from './load.ts'

/** What one contender did with one operation. */
export interface Measured extends Load {
  /** Processor time of the gateway for each request, in microseconds. */
  cpuMicros: number
  memoryMb: number
}

const ticksPerSecond = 100

/** Waits until the gateway answers, and gives its answer. @throws when it does not within half a minute */
export async function firstAnswer({ port }: Running, query: string): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await askOnce(port, query).catch(() => '')
    if (answer) return answer
    await setTimeout(100)
  }
  throw new Error('the gateway does not answer')
}

/** Loads a warm gateway, and reads what it took from the kernel. */
export async function measure(running: Running, loading: { query: string; seconds: number; expected: string }) {
  const { process, port } = running
  const pid = process.pid ?? 0
  const before = cpuSeconds(pid)
  const load = await runLoad({ ...loading, port, connections: 50 })
  const cpuMicros = ((cpuSeconds(pid) - before) / load.requests) * 1e6
  return { ...load, cpuMicros, memoryMb: memoryMb(pid) } satisfies Measured
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
