import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandOf, endProcess, isProcessOf } from '../processes/end-process.ts'
import { StartError } from './start-error.ts'

/** Where a running stack accepts takeover requests, and the token they must present: only readers of the state folder know it. */
export interface TakeoverAddress {
  port: number
  token: string
}

/** The process that runs the stack and those it started, so that the next start can clean up after a crash. */
interface Run {
  pid: number
  command: string
  children: Record<string, { pid: number; script: string }>
  /** Set once the stack is up. */
  takeover?: TakeoverAddress
}

/** The record of the current run. */
export interface RunRecord {
  started(name: string, pid: number, script: string): void
  acceptsTakeovers(address: TakeoverAddress): void
  close(): void
}

/** Opens the record of a new run, after ending leftover processes of an earlier one. @throws {StartError} when that one is still running */
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
    acceptsTakeovers(address) {
      run.takeover = address
      writeRun(file, run)
    },
    close: () => rmSync(file, { force: true }),
  }
}

/** The path of the record in a state folder. */
export function recordFile(stateDir: string): string {
  return join(stateDir, 'run.json')
}

/** The id of the process that runs the stack of this state folder, if any. */
export function runningPid(stateDir: string): number | null {
  const run = readRun(recordFile(stateDir))
  return run && isProcessOf(run.pid, run.command) ? run.pid : null
}

/** Where the running stack of this state folder accepts takeovers; null when none is up. */
export function takeoverAddress(stateDir: string): TakeoverAddress | null {
  return runningPid(stateDir) ? (readRun(recordFile(stateDir))?.takeover ?? null) : null
}

/** Does nothing: a run that uses another stack's embedded services is not recorded. */
export const unrecordedRun: RunRecord = {
  started: () => undefined,
  acceptsTakeovers: () => undefined,
  close: () => undefined,
}

async function endLeftovers(earlier: Run): Promise<void> {
  if (earlier.pid !== process.pid && isProcessOf(earlier.pid, earlier.command)) {
    throw new StartError(
      `Tikitu is already running from this folder (process ${earlier.pid}). Stop it first: Ctrl-C in its terminal, or kill ${earlier.pid}.`,
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
