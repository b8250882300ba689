import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** Processor time of a process so far, in seconds, to the microsecond: what its threads have had of the processors. */
export function cpuSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => sum + nanosecondsOf(`/proc/${pid}/task/${thread}/schedstat`), 0) / 1e9
}

/** The same for a process and everything that it has started, to a hundredth of a second. */
export function cpuSecondsOfTree(pid: number): number {
  const all = readdirSync('/proc').map(Number).filter(Boolean)
  const stats = new Map(all.map((each) => [each, statOf(each)]))
  const isBelow = (each: number | undefined): boolean => !!each && (each === pid || isBelow(stats.get(each)?.parent))
  const ticks = all.filter(isBelow).map((each) => stats.get(each) ?? { own: 0, ofEnded: 0 })
  return ticks.reduce((sum, { own, ofEnded }) => sum + own + ofEnded, 0) / ticksPerSecond
}

/** Memory of a process, in MB. */
export function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

/** Nothing of a thread that has just ended. */
function nanosecondsOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0])
  } catch {
    return 0
  }
}

/** Its parent, its time in ticks, and that of children which have ended; null when it is gone. */
function statOf(pid: number): { parent: number; own: number; ofEnded: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11)
    return { parent: fields[1] ?? 0, own: user + system, ofEnded: endedUser + endedSystem }
  } catch {
    return null
  }
}
