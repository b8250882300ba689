import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** Whether a process of that id lives and its command line contains `needle`: an id alone may be somebody else's by now. */
export function isProcessOf(pid: number, needle: string): boolean {
  return isAlive(pid) && commandOf(pid).includes(needle)
}

/** The command line of a living process, or nothing. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Sends `signal`, and waits until the process is gone; after `patienceMs` it is killed. */
export async function endProcess(pid: number, signal: NodeJS.Signals, patienceMs = 10_000): Promise<void> {
  send(pid, signal)
  const deadline = Date.now() + patienceMs
  while (isAlive(pid)) {
    if (Date.now() > deadline) send(pid, 'SIGKILL')
    await setTimeout(50)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** In a container nobody may collect dead processes: one that only waits for that runs no more. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already, which is what was asked for.
  }
}
