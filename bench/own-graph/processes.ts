import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isOk } from '../../dev/src/is-ok.ts'
import { root } from '../../dev/src/repository.ts'
import type { Service } from '../../dev/src/services.ts'
import { portOf } from '../../dev/src/settings.ts'
import type { Stack } from '../../dev/src/start-stack.ts'

/** A process that is measured. */
export interface Measured {
  name: string
  child: ChildProcess
}

/** What is run, with what besides the stack's own variables. */
export interface Program {
  name: string
  script: string
  env: Record<string, string>
  nodeArgs?: readonly string[]
}

const ticksPerSecond = 100

const started = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

/** Starts a program on core 0. */
function startMeasured({ name, script, env, nodeArgs = [] }: Program): Measured {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...nodeArgs, script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  started.add(child)
  return { name, child }
}

/** Starts a service of the stack as it runs in production, but for the limits on single callers. */
export function startService(stack: Stack, service: Service, options: Pick<Program, 'env' | 'nodeArgs'>): Measured {
  const script = join(root, service.folder, 'src', 'main.ts')
  const env = {
    ...stack.environment(service.name),
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    PAYMENT_PROVIDER: 'sandbox',
    GATEWAY_RATE_LIMITS: 'off',
    GATEWAY_SHARE_IN_FLIGHT: 'off',
    GATEWAY_KEPT_ANSWERS_BYTES: '0',
    GATEWAY_COST_IN_ANSWERS: 'off',
    ...options.env,
  }
  return startMeasured({ name: service.name, script, ...options, env })
}

/** Starts the floor in the place of the gateway: one program for everything. */
export function startFloor(stack: Stack, env: Record<string, string>): Measured {
  const names = ['BOOKING', 'PARTNER', 'USER', 'PAYMENT', 'NOTIFICATION'].map((name) => `${name}_DATABASE_URL`)
  const urls = names.map((name) => [name, stack.environment(name.split('_')[0]?.toLowerCase() ?? '')[name] ?? ''])
  const script = fileURLToPath(new URL('./floor/main.ts', import.meta.url))
  const port = String(portOf(stack.settings, 'gateway'))
  const given = { ...Object.fromEntries(urls), ...env, NODE_ENV: 'production', PORT: port }
  return startMeasured({ name: 'floor', script, env: given })
}

/** Waits until a service answers that it is ready. @throws when it ends, or takes more than a minute */
export async function waitUntilReady(stack: Stack, { name, child }: Measured): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
    if (await isOk(`http://127.0.0.1:${portOf(stack.settings, name)}/health/ready`)) return
    await setTimeout(100)
  }
  throw new Error(`${name} is not ready after a minute`)
}

/** Ends a process in good order, so that it writes its profile, and waits for it. */
export async function end({ child }: Measured): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

/** Processor time of a process so far, in seconds, as the kernel counts it. */
export function cpuSeconds(pid: number): number {
  const [, user = 0, system = 0] = statOf(pid)
  return (user + system) / ticksPerSecond
}

/** The same for a process and everything that it has started. */
export function cpuSecondsOfTree(pid: number): number {
  const all = readdirSync('/proc').map(Number).filter(Boolean)
  const parents = new Map(all.map((each) => [each, statOf(each)[0]]))
  const isBelow = (each: number | undefined): boolean => !!each && (each === pid || isBelow(parents.get(each)))
  return all.filter(isBelow).reduce((sum, each) => sum + cpuSeconds(each), 0)
}

/** Memory of a process, in MB. */
export function memoryMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}

/** Its parent, and its time in user and in kernel mode, in ticks; nothing when it is gone. */
function statOf(pid: number): number[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return [fields[1], fields[11], fields[12]].map(Number)
  } catch {
    return []
  }
}
