import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'

/** Like React Native's AbortSignal: without a reason, `timeout` or `any`. */
const abortController = `
globalThis.AbortController = class AbortController {
  constructor() {
    const listeners = new Set()
    const signal = {
      aborted: false,
      addEventListener: (_name, listener) => listeners.add(listener),
      removeEventListener: (_name, listener) => listeners.delete(listener),
    }
    this.signal = signal
    this.abort = () => {
      if (signal.aborted) return
      signal.aborted = true
      for (const listener of listeners) listener()
    }
  }
}
globalThis.Response = class Response {}
`

interface Signal {
  aborted: boolean
  addEventListener: (name: 'abort', listener: () => void) => void
}

/** Like React Native's fetch: it resolves with the complete response, which has no `body`. */
async function wholeFetch(url: string, { signal, ...init }: RequestInit): Promise<object> {
  const control = new AbortController()
  const outer = signal as Signal | undefined
  if (outer?.aborted) control.abort()
  outer?.addEventListener('abort', () => control.abort())
  const response = await fetch(url, { ...init, signal: control.signal })
  const text = await response.text()
  const { ok, status, headers } = response
  return { ok, status, headers, text: async () => text, json: async () => JSON.parse(text) }
}

/**
 * A module of a project, run with the globals of React Native and nothing of Node's, required as by a resolver that reads no
 * `exports`: `main` for a package, a file for what is below it.
 */
export function requireInReactNative<Exports>(file: string): Exports {
  const globals = { console, setTimeout, clearTimeout, setInterval, clearInterval, WebSocket, fetch: wholeFetch }
  const context = createContext(globals)
  runInContext(abortController, context)
  const loaded = new Map<string, { exports: unknown }>()
  const load = (path: string): unknown => {
    const known = loaded.get(path)
    if (known) return known.exports
    const module = { exports: {} }
    loaded.set(path, module)
    const wrapped = `(function (module, exports, require) {${readFileSync(path, 'utf8')}\n})`
    const run = runInContext(wrapped, context, { filename: path }) as (...given: unknown[]) => void
    run(module, module.exports, (name: string) => load(resolve(name, path)))
    return module.exports
  }
  return load(file) as Exports
}

function resolve(name: string, from: string): string {
  if (name.startsWith('.')) return join(dirname(from), name)
  const [, packageName = '', rest] = /^(@[^/]+\/[^/]+|[^/]+)(\/.*)?$/.exec(name) ?? []
  const folder = folderOf(packageName, dirname(from))
  if (rest) return join(folder, `${rest}.js`)
  return join(folder, (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { main: string }).main)
}

function folderOf(packageName: string, from: string): string {
  const folder = join(from, 'node_modules', packageName)
  if (existsSync(folder)) return folder
  if (from === dirname(from)) throw new Error(`${packageName} is not installed`)
  return folderOf(packageName, dirname(from))
}
