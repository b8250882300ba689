import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A gateway in its own process. */
export interface GatewayProcess {
  url: string
  /** Its output so far. */
  output: () => string
  /** Its exit code. */
  exited: Promise<number | null>
  stop: () => void
}

type Variables = Readonly<Record<string, string>>

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const page = fileURLToPath(new URL('../../../docs/foreign-graph.md', import.meta.url))

/** The variables of each `.env` on the page. */
export function variablesOnPage(): Variables[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```dotenv\n([\s\S]*?)```/g)]
  return blocks.map(([, text = '']) =>
    Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, k, v]) => [k, v])),
  )
}

/** Starts the gateway in a folder with a `.env`, and with nothing else in its environment. */
export function startProcess(folder: string, variables: Variables): GatewayProcess {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
  const file = `${variables['AUTH_ROUTE_SERVICE_PORT']}.env`
  writeFileSync(join(folder, file), lines.join(''))
  const child: ChildProcess = spawn(process.execPath, [`--env-file=${file}`, main], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  return {
    url: `http://127.0.0.1:${variables['AUTH_ROUTE_SERVICE_PORT']}`,
    output: () => output,
    exited: once(child, 'exit').then(([code]) => code as number | null),
    stop: () => void child.kill('SIGKILL'),
  }
}

/** Waits until it is ready. @throws Error with its output when it exits */
export async function untilReady({ url, output, exited }: GatewayProcess): Promise<void> {
  let hasEnded = false
  void exited.then(() => {
    hasEnded = true
  })
  while (!(await isReady(url))) {
    if (hasEnded) throw new Error(output())
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** A free port. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return String(typeof address === 'object' && address ? address.port : 0)
}
