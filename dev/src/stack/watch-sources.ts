import { execFile } from 'node:child_process'
import { existsSync, type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Reporter } from '../processes/reporter.ts'
import type { Service } from './services.ts'
import type { Stack } from './start-stack.ts'

/** Folders that every service uses; a change restarts all. */
const shared = ['packages/kit/src', 'schema']
const debounceMs = 200

/** Restarts a service when its sources change, and recomposes the graph when a schema does, until closed. */
export function watchSources(stack: Stack, report: Reporter): { close: () => void } {
  const { root, started } = stack.settings
  const changed = new Set<Service>()
  let timer: NodeJS.Timeout | undefined
  let isSchemaChanged = false
  const note = (services: readonly Service[]) => (_event: string, file: string | null) => {
    if (!isSource(file)) return
    for (const service of services) changed.add(service)
    isSchemaChanged ||= file.endsWith('.graphql')
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isSchemaChanged) void compose(root, report)
      isSchemaChanged = false
      void restartAll(stack, report, drain(changed))
    }, debounceMs)
  }
  const folders: [string, readonly Service[]][] = [
    ...shared.map((folder): [string, readonly Service[]] => [folder, started]),
    ...started.map((service): [string, readonly Service[]] => [service.folder, [service]]),
  ]
  const watchers = folders
    .filter(([folder]) => existsSync(join(root, folder)))
    .map(([folder, services]): FSWatcher => watch(join(root, folder), { recursive: true }, note(services)))
  return {
    close() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

/** Not the composed supergraph, which the gateway watches itself, and not tests or generated files. */
function isSource(file: string | null): file is string {
  if (!file || /(^|\/)(generated|node_modules|test)\/|\.test\.ts$/.test(file)) return false
  return /\.(ts|sql|graphql)$/.test(file) && !/^(supergraph|api)\.graphql$|^operations\//.test(file)
}

/** Writes the supergraph; the gateway notices. When composition fails, the last one stays. */
async function compose(root: string, report: Reporter): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['schema/compose.ts'], { cwd: root })
    report.done('graph recomposed')
  } catch (error) {
    report.warn('compose', (error as { stderr?: string }).stderr?.trim() || (error as Error).message)
  }
}

function drain<T>(set: Set<T>): T[] {
  const items = [...set]
  set.clear()
  return items
}

async function restartAll(stack: Stack, report: Reporter, services: readonly Service[]): Promise<void> {
  await Promise.all(services.map((service) => restart(stack, report, service)))
}

async function restart(stack: Stack, report: Reporter, { name }: Service): Promise<void> {
  if (stack.isTakenOver(name)) return
  const running = stack.process(name)
  try {
    await running.stop()
    running.start()
    await report.during(`${name} starts`, running.ready())
    report.done(`${name} restarted with the changed sources`)
  } catch (error) {
    report.warn(name, `does not start with the changed sources: ${(error as Error).message}`)
  }
}
