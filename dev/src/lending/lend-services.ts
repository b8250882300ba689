import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { LendingAddress } from '../run-record.ts'
import type { Starting } from '../starting.ts'

/** What one asks of a running stack: that it leaves a service to the process `pid` for as long as the connection lasts. */
export interface LoanRequest {
  token: string
  service: string
  pid: number
}

/** `lent`: it is stopped. `not run`: this stack does not run it. Anything else says why it is not lent. */
export interface LoanAnswer {
  result: string
}

/** The open desk of a running stack. */
export interface Lending {
  address: LendingAddress
  isLent: (service: string) => boolean
  close: () => void
}

/**
 * Lets another runner of the same state folder take over single services. A lent one is stopped here, and started again when the
 * borrower's connection ends, be it by a crash.
 */
export async function lendServices(starting: Starting): Promise<Lending> {
  const token = randomBytes(16).toString('hex')
  const loans = new Map<string, number>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    createInterface({ input: socket }).once('line', (line) => {
      const request = readRequest(line)
      if (request?.token === token) void serveLoan({ starting, loans, isOpen: () => server.listening }, socket, request)
      else socket.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: { port: (server.address() as AddressInfo).port, token },
    isLent: (service) => loans.has(service),
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface Desk {
  starting: Starting
  /** Who has which service. */
  loans: Map<string, number>
  isOpen: () => boolean
}

async function serveLoan(desk: Desk, socket: Socket, { service, pid }: LoanRequest): Promise<void> {
  const running = desk.starting.processes.get(service)
  const loan = desk.loans.get(service)
  if (!running) return answer(socket, 'not run')
  if (loan) return answer(socket, `process ${loan} has it already`)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  desk.loans.set(service, pid)
  const { report } = desk.starting
  report.note(service, `is now run by process ${pid} (npm run dev:…)`)
  await running.stop()
  answer(socket, 'lent')
  await ended
  desk.loans.delete(service)
  if (!desk.isOpen()) return
  running.start()
  await report
    .during(`${service} starts`, running.ready())
    .then(() => report.note(service, 'is back in this stack'))
    .catch((error: Error) => report.warn(service, `could not be restarted: ${error.message}`))
}

function answer(socket: Socket, result: string): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify({ result } satisfies LoanAnswer)}\n`)
}

function readRequest(line: string): LoanRequest | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
