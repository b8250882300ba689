import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { StartError } from './start-error.ts'

/** A port that a process of the stack needs, and the variable that configures it. */
export interface NeededPort {
  name: string
  port: number
  variable: string
}

/** Checks that these ports are free. @throws {StartError} naming every busy one, and what to do */
export async function requireFreePorts(needed: readonly NeededPort[]): Promise<void> {
  const free = await Promise.all(needed.map(({ port }) => isFree(port)))
  const busy = needed.filter((_need, index) => !free[index])
  if (busy.length === 0) return
  const lines = busy.map(({ name, port, variable }) => `  ${port} (${name}): ${variable}=…`)
  throw new StartError(
    `${busy.length === 1 ? 'A port is' : 'Ports are'} in use by another program. Stop that program, or choose another port:\n` +
      `${lines.join('\n')}\n` +
      'Nothing was started. Variables can be set in the shell or in a .env file in this folder.',
  )
}

/**
 * The given number of ports that are free now on the loopback address. They are below the system's ephemeral range, so no outgoing
 * connection takes one before it is used.
 */
export async function findFreePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const candidate = randomInt(20_000, 32_000)
    if (await isFree(candidate)) found.add(candidate)
  }
  return [...found]
}

async function isFree(port: number): Promise<boolean> {
  try {
    await listenOnce(port)
    return true
  } catch {
    return false
  }
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve()))
  })
}
