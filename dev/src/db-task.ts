// npm run db:migrate [service …], npm run db:studio [service]: on the databases of the running stack, or of one started for it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { loadDotEnv, root } from './repository.ts'
import { type Service, subgraphs } from './services.ts'
import { type Stack, startStack } from './start-stack.ts'

const [task, ...names] = process.argv.slice(2)
const chosen = names.length > 0 ? subgraphs.filter(({ name }) => names.includes(name)) : subgraphs
if (!isTask(task) || chosen.length < names.length) usage()

loadDotEnv()
const stack = await startStack({ root, only: [], parts: ['postgres'], env: process.env })
process.on('SIGINT', () => undefined)
try {
  const codes = task === 'migrate' ? await inTurn(stack, chosen) : await Promise.all(chosen.map(openStudio))
  process.exitCode = codes.find((code) => code !== 0) ?? 0
} finally {
  await stack.stop()
}

function isTask(text: string | undefined): text is 'migrate' | 'studio' {
  return text === 'migrate' || text === 'studio'
}

function usage(): never {
  console.error(`Say which: npm run db:migrate [service …] or npm run db:studio [service]
Services: ${subgraphs.map(({ name }) => name).join(', ')}. Without one: all of them.`)
  process.exit(1)
}

async function inTurn({ environment }: Stack, services: readonly Service[]): Promise<number[]> {
  const codes: number[] = []
  for (const { name, folder } of services) {
    console.log(`${name}:`)
    codes.push(await run(process.execPath, [join(root, folder, 'src/migrate.ts')], { env: environment(name) }))
  }
  return codes
}

/** Each studio has a port of its own, in the order of the services' ports. */
async function openStudio({ name, folder, port }: Service): Promise<number> {
  const studioPort = String(port + 1_983)
  console.log(`${name}: https://local.drizzle.studio?port=${studioPort}`)
  const drizzle = join(root, 'node_modules/drizzle-kit/bin.cjs')
  const cwd = join(root, folder)
  return await run(process.execPath, [drizzle, 'studio', '--port', studioPort], { cwd, env: stack.environment(name) })
}

async function run(
  command: string,
  args: string[],
  options: { cwd?: string; env: NodeJS.ProcessEnv },
): Promise<number> {
  const [code] = await once(spawn(command, args, { stdio: 'inherit', ...options }), 'exit')
  return code ?? 0
}
