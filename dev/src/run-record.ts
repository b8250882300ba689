import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandOf, endProcess, isProcessOf } from './processes.ts'
import { StartError } from './start-error.ts'

/** Where the runner of a stack is asked for a service, and the secret that whoever asks has read in the state folder. */
export interface LendingAddress {
  port: number
  token: string
}

/** Which process runs the stack, and which ones it started: what the next start needs when this one dies untidily. */
interface Run {
  pid: number
  command: string
  children: Record<string, { pid: number; script: string }>
  /** Where it is asked for services; not before it is up. */
  lending?: LendingAddress
}

/** The open record of this run. */
export interface RunRecord {
  started(name: string, pid: number, script: string): void
  lends(address: LendingAddress): void
  close(): void
}

/** Opens the record of a new run, after ending what an earlier run left behind. @throws {StartError} when that one lives */
export async function openRunRecord(file: string): Promise<RunRecord> {
  const earlier = readRun(file)
  if (earlier) await endLeftovers(earlier)
  const run: Run = { pid: process.pid, command: commandOf(process.pid), children: {} }
  writeRun(file, run)
  return {
    started(name, pid, script) {
      run.children[name] = { pid, script }
      writeRun(file, run)
    },
    lends(address) {
      run.lending = address
      writeRun(file, run)
    },
    close: () => rmSync(file, { force: true }),
  }
}

/** Where the record of a state folder lies. */
export function recordFile(stateDir: string): string {
  return join(stateDir, 'run.json')
}

/** The process that runs the stack of this state folder right now, if one does. */
export function runningPid(stateDir: string): number | null {
  const run = readRun(recordFile(stateDir))
  return run && isProcessOf(run.pid, run.command) ? run.pid : null
}

/** Where the running stack of this state folder is asked for services, if one does run and is up. */
export function lendingAddress(stateDir: string): LendingAddress | null {
  return runningPid(stateDir) ? (readRun(recordFile(stateDir))?.lending ?? null) : null
}

/** The record of a run that uses another run's parts: that one keeps the books. */
export const joinedRun: RunRecord = {
  started: () => undefined,
  lends: () => undefined,
  close: () => undefined,
}

async function endLeftovers(earlier: Run): Promise<void> {
  if (earlier.pid !== process.pid && isProcessOf(earlier.pid, earlier.command)) {
    throw new StartError(
      `Tikitu runs from this folder already (process ${earlier.pid}). Stop that one first: Ctrl-C in its terminal, or kill ${earlier.pid}.`,
    )
  }
  const left = Object.values(earlier.children).filter(({ pid, script }) => isProcessOf(pid, script))
  await Promise.all(left.map(({ pid }) => endProcess(pid, 'SIGTERM')))
}

function readRun(file: string): Run | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function writeRun(file: string, run: Run): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(run, null, 2), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
