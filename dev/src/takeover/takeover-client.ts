import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { TakeoverAddress } from '../stack/run-record.ts'
import { StartError } from '../stack/start-error.ts'
import type { TakeoverRequest, TakeoverResponse } from './takeover-server.ts'

/** Services that this process runs in place of a running stack. */
export interface Takeover {
  /** The names of the services that the stack stopped. */
  services: string[]
  /** Resolves when that stack ends. */
  ownerEnded: Promise<void>
  /** Returns them: the stack starts them again. */
  release: () => void
}

/**
 * Takes over these services from a running stack. They are returned when this process ends, also by a crash. Services that the stack
 * does not run are left out. @throws {StartError} when one cannot be taken over
 */
export async function takeOver(address: TakeoverAddress, names: readonly string[]): Promise<Takeover> {
  const requests = names.map((service) => sendRequest(address, service))
  const sockets = requests.map(({ socket }) => socket)
  let isReleased = false
  const release = () => {
    isReleased = true
    for (const socket of sockets) socket.destroy()
  }
  const ownerEnded = new Promise<void>((resolve) => {
    for (const socket of sockets) socket.once('close', () => isReleased || resolve())
  })
  try {
    const isTakenOver = await Promise.all(requests.map(({ isTakenOver }) => isTakenOver))
    return {
      services: names.filter((_name, index) => isTakenOver[index]),
      ownerEnded,
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

function sendRequest(
  { port, token }: TakeoverAddress,
  service: string,
): { socket: Socket; isTakenOver: Promise<boolean> } {
  const socket = connect({ port, host: '127.0.0.1' })
  const request: TakeoverRequest = { token, service, pid: process.pid }
  socket.write(`${JSON.stringify(request)}\n`)
  return { socket, isTakenOver: readResponse(socket, service) }
}

async function readResponse(socket: Socket, service: string): Promise<boolean> {
  const line = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new StartError(`The running stack did not respond to the takeover of ${service}.`))
    socket.once('error', fail).once('close', fail)
    createInterface({ input: socket }).once('line', resolve)
  })
  const { result }: TakeoverResponse = JSON.parse(line)
  if (result === 'taken over' || result === 'not running') return result === 'taken over'
  throw new StartError(`${service} cannot be taken over from the running stack: ${result}.`)
}
