import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { TakeoverAddress } from '../stack/run-record.ts'
import type { StartContext } from '../stack/start-context.ts'

/** A request that process `pid` runs a service for as long as the connection lasts. */
export interface TakeoverRequest {
  token: string
  service: string
  pid: number
}

/** `taken over`: the stack has stopped it. `not running`: the stack does not run it. Anything else is the reason of a refusal. */
export interface TakeoverResponse {
  result: string
}

/** The takeover server of a running stack. */
export interface TakeoverServer {
  address: TakeoverAddress
  isTakenOver: (service: string) => boolean
  close: () => void
}

/**
 * Lets other runners of the same state folder take over single services. The stack stops the service, and starts it again when the
 * runner's connection ends, also by a crash.
 */
export async function startTakeoverServer(ctx: StartContext): Promise<TakeoverServer> {
  const token = randomBytes(16).toString('hex')
  const takenOver = new Map<string, number>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    createInterface({ input: socket }).once('line', (line) => {
      const request = readRequest(line)
      if (request?.token === token)
        void handleTakeover({ ctx, takenOver, isOpen: () => server.listening }, socket, request)
      else socket.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: { port: (server.address() as AddressInfo).port, token },
    isTakenOver: (service) => takenOver.has(service),
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface TakeoverState {
  ctx: StartContext
  /** The processes that have taken over services, by service. */
  takenOver: Map<string, number>
  isOpen: () => boolean
}

async function handleTakeover(state: TakeoverState, socket: Socket, { service, pid }: TakeoverRequest): Promise<void> {
  const running = state.ctx.processes.get(service)
  const owner = state.takenOver.get(service)
  if (!running) return respond(socket, 'not running')
  if (owner) return respond(socket, `process ${owner} has already taken it over`)
  const ended = new Promise((resolve) => socket.once('close', resolve))
  state.takenOver.set(service, pid)
  const { report } = state.ctx
  report.note(service, `is now run by process ${pid} (npm run dev:…)`)
  await running.stop()
  respond(socket, 'taken over')
  await ended
  state.takenOver.delete(service)
  if (!state.isOpen()) return
  running.start()
  await report
    .during(`${service} starts`, running.ready())
    .then(() => report.note(service, 'is back in this stack'))
    .catch((error: Error) => report.warn(service, `could not be restarted: ${error.message}`))
}

function respond(socket: Socket, result: string): void {
  if (!socket.destroyed) socket.write(`${JSON.stringify({ result } satisfies TakeoverResponse)}\n`)
}

function readRequest(line: string): TakeoverRequest | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
