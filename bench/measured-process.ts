import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A process that is measured. */
export interface Measured {
  name: string
  child: ChildProcess
}

/** What is run, and with which variables. */
export interface Program {
  name: string
  script: string
  env: Record<string, string>
  nodeArgs?: readonly string[]
}

const started = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

/** Starts a program on core 0. It ends with this process, if not before. */
export function startMeasured({ name, script, env, nodeArgs = [] }: Program): Measured {
  const child = spawn('taskset', ['-c', '0', process.execPath, ...nodeArgs, script], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  started.add(child)
  return { name, child }
}

/** Ends a process in good order, so that it writes its profile, and waits for it. */
export async function end({ child }: Measured): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
