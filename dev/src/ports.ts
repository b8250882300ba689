import { createServer } from 'node:net'
import { StartError } from './start-error.ts'

/** A port that a process of the stack needs, and the variable that moves it. */
export interface NeededPort {
  name: string
  port: number
  variable: string
}

/** Makes sure that nobody listens on these ports. @throws {StartError} naming every busy one, and what to do */
export async function requireFreePorts(needed: readonly NeededPort[]): Promise<void> {
  const free = await Promise.all(needed.map(({ port }) => isFree(port)))
  const busy = needed.filter((_need, index) => !free[index])
  if (busy.length === 0) return
  const lines = busy.map(({ name, port, variable }) => `  ${port} (${name}): or choose another with ${variable}=…`)
  throw new StartError(
    `${busy.length === 1 ? 'A port is' : 'Ports are'} in use by another program. Stop that program, or move ours:\n` +
      `${lines.join('\n')}\n` +
      'Nothing was started. Variables can be set in the shell or in a .env file in this folder.',
  )
}

/** As many ports as asked for that are free right now on the loopback address. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)))
  const ports = servers.map(({ port }) => port)
  await Promise.all(servers.map(({ close }) => close()))
  return ports
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await listen(port)
    await server.close()
    return true
  } catch {
    return false
  }
}

function listen(port: number): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      const close = () => new Promise<void>((done) => server.close(() => done()))
      resolve({ port: typeof address === 'object' && address ? address.port : port, close })
    })
  })
}
