import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { LendingAddress } from '../run-record.ts'
import { StartError } from '../start-error.ts'
import type { LoanAnswer, LoanRequest } from './lend-services.ts'

/** Services of a running stack that this process runs in its place. */
export interface Borrowed {
  /** The names of those that the stack has stopped for us. */
  services: string[]
  /** Resolves when the stack that lent them ends. */
  lenderEnded: Promise<void>
  /** The stack starts them again. */
  giveBack: () => void
}

/**
 * Asks a running stack to leave these services to us; those that it does not run need no asking. They are given back when
 * this process ends, however it ends. @throws {StartError} when one is not to be had
 */
export async function borrowServices(address: LendingAddress, names: readonly string[]): Promise<Borrowed> {
  const asked = names.map((service) => askFor(address, service))
  const sockets = asked.map(({ socket }) => socket)
  let isOver = false
  const giveBack = () => {
    isOver = true
    for (const socket of sockets) socket.destroy()
  }
  const lenderEnded = new Promise<void>((resolve) => {
    for (const socket of sockets) socket.once('close', () => isOver || resolve())
  })
  try {
    const isLent = await Promise.all(asked.map(({ isLent }) => isLent))
    return {
      services: names.filter((_name, index) => isLent[index]),
      lenderEnded,
      giveBack,
    }
  } catch (error) {
    giveBack()
    throw error
  }
}

function askFor({ port, token }: LendingAddress, service: string): { socket: Socket; isLent: Promise<boolean> } {
  const socket = connect({ port, host: '127.0.0.1' })
  const request: LoanRequest = { token, service, pid: process.pid }
  socket.write(`${JSON.stringify(request)}\n`)
  return { socket, isLent: readAnswer(socket, service) }
}

async function readAnswer(socket: Socket, service: string): Promise<boolean> {
  const line = await new Promise<string>((resolve, reject) => {
    const fail = () => reject(new StartError(`The running stack does not say whether it leaves ${service} to us.`))
    socket.once('error', fail).once('close', fail)
    createInterface({ input: socket }).once('line', resolve)
  })
  const { result }: LoanAnswer = JSON.parse(line)
  if (result === 'lent' || result === 'not run') return result === 'lent'
  throw new StartError(`${service} cannot be taken over from the running stack: ${result}.`)
}
