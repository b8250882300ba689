// npm run db:migrate [service …], npm run db:studio [service]: on the databases of the running stack, or of one started for it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseRecord } from '../logs/log-line.ts'
import { loadDotEnv, root } from '../stack/repository.ts'
import { type Service, subgraphs } from '../stack/services.ts'
import { type Stack, startStack } from '../stack/start-stack.ts'
import { exitWithError } from './exit-with-error.ts'

const studioNote = `Drizzle Studio is a page on local.drizzle.studio that shows data from this machine, so the browser needs internet access.
Safari and Brave need a certificate first: https://orm.drizzle.team/docs/drizzle-kit-studio
Any other Postgres client can open the addresses below. Press Ctrl-C to stop.
`

const [task, ...names] = process.argv.slice(2)
const chosen = names.length > 0 ? subgraphs.filter(({ name }) => names.includes(name)) : subgraphs
if (!isTask(task) || chosen.length < names.length) usage()

loadDotEnv()
const stack = await startStack({ root, only: [], onlyEmbedded: ['postgres'], env: process.env }).catch(exitWithError)
process.on('SIGINT', () => undefined)
if (task === 'studio') console.log(studioNote)
try {
  const codes = task === 'migrate' ? await migrateAll(stack, chosen) : await Promise.all(chosen.map(openStudio))
  process.exitCode = codes.find((code) => code !== 0) ?? 0
} finally {
  await stack.stop()
}

function isTask(text: string | undefined): text is 'migrate' | 'studio' {
  return text === 'migrate' || text === 'studio'
}

function usage(): never {
  console.error(`Usage: npm run db:migrate [service …] or npm run db:studio [service]
Services: ${subgraphs.map(({ name }) => name).join(', ')}. Without one: all of them.`)
  process.exit(1)
}

async function migrateAll({ environment }: Stack, services: readonly Service[]): Promise<number[]> {
  const codes: number[] = []
  for (const { name, folder } of services) {
    const script = join(root, folder, 'src/migrate.ts')
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'], env: environment(name) })
    createInterface({ input: child.stdout }).on('line', (line) => console.log(`${name}: ${formatLine(line)}`))
    const [code] = await once(child, 'close')
    codes.push(code ?? 1)
  }
  return codes
}

/** A log record as text. */
function formatLine(line: string): string {
  const record = parseRecord(line)
  if (!record) return line
  const migrations = typeof record['migrations'] === 'number' ? ` (migrations: ${record['migrations']})` : ''
  return `${record['msg']}${migrations}`
}

/** Each studio has its own port, in the order of the services' ports. */
async function openStudio({ name, folder, port, prefix }: Service): Promise<number> {
  const studioPort = String(port + 1_983)
  console.log(`${name}: https://local.drizzle.studio?port=${studioPort}`)
  if (stack.settings.embedded.postgres)
    console.log(`${' '.repeat(name.length + 2)}${stack.environment(name)[`${prefix}_DATABASE_URL`]}`)
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
