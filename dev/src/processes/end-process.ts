import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** Whether a process with that id is alive and its command line contains `needle`: ids are reused. */
export function isProcessOf(pid: number, needle: string): boolean {
  return isAlive(pid) && commandOf(pid).includes(needle)
}

/** The command line of a process, or an empty string. */
export function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** Sends `signal` and waits until the process is gone; kills it after `timeoutMs`. */
export async function endProcess(pid: number, signal: NodeJS.Signals, timeoutMs = 10_000): Promise<void> {
  send(pid, signal)
  const deadline = Date.now() + timeoutMs
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

/** In a container without an init process dead processes stay as zombies. */
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
    // Already gone.
  }
}
