import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Supergraph } from '@apollo/federation-internals'
import type { SupergraphManager, SupergraphSdlUpdateFunction } from '@apollo/gateway'
import { QueryPlanner } from '@apollo/query-planner'
import type { Log } from '@tikitu/kit/base/log'
import { followFile } from '../lib/follow-file.ts'
import { type ReadSupergraph, readSupergraph } from './read-supergraph.ts'

export interface SupergraphSourceOptions {
  file: string
  /** Whether `error-codes.json` must exist beside the supergraph. */
  needsErrorCodes: boolean
  /** Whether the gateway resolves subgraphs with the address `local:` itself. */
  hasLocalSubgraph: boolean
  log: Log
  /** Throws for a supergraph that the gateway cannot serve, for example when a subgraph has no keys. */
  check: (supergraph: ReadSupergraph) => void
}

/** The current supergraph, and the public error codes of its services. */
interface LoadedSupergraph extends ReadSupergraph {
  errorCodes: ReadonlySet<string>
}

/** The source of the supergraph. */
export interface SupergraphSource {
  manager: SupergraphManager
  /** The current supergraph. */
  current: () => LoadedSupergraph
  /** Reloads the file. An invalid supergraph is logged, and the last valid one stays in use. */
  reload: () => 'loaded' | 'unchanged' | 'refused'
  /** Calls back after each reload. */
  onUpdate: (listener: () => void) => void
}

/** Loads a supergraph and follows changes of its file, and of `error-codes.json` beside it. */
export function createSupergraphSource(options: SupergraphSourceOptions): SupergraphSource {
  let current: LoadedSupergraph | null = null
  let update: SupergraphSdlUpdateFunction | null = null
  const listeners: (() => void)[] = []
  const reload = (): 'loaded' | 'unchanged' | 'refused' => {
    try {
      const next = loadFile(options)
      if (next.hash === current?.hash && sameCodes(next, current)) return 'unchanged'
      provePlannable(next.sdl)
      if (next.sdl !== current?.sdl) update?.(next.sdl)
      current = next
      options.log.info({ subgraphs: next.subgraphs.map(({ name }) => name) }, 'supergraph loaded')
      for (const listener of listeners) listener()
      return 'loaded'
    } catch (error) {
      options.log.error({ err: error, file: options.file }, 'invalid supergraph: the last valid one stays in use')
      return 'refused'
    }
  }
  const manager: SupergraphManager = {
    initialize: async (hooks) => {
      current = loadFile(options)
      update = hooks.update
      return { supergraphSdl: current.sdl, cleanup: follow(options.file, reload) }
    },
  }
  return {
    manager,
    reload,
    onUpdate: (listener) => void listeners.push(listener),
    current: () => current ?? loadFile(options),
  }
}

function loadFile({ file, check, hasLocalSubgraph, needsErrorCodes }: SupergraphSourceOptions): LoadedSupergraph {
  const supergraph = readSupergraph(readFileSync(file, 'utf8'), { hasLocalSubgraph })
  check(supergraph)
  const codesFile = join(dirname(file), 'error-codes.json')
  const codes = needsErrorCodes || existsSync(codesFile) ? JSON.parse(readFileSync(codesFile, 'utf8')) : []
  return { ...supergraph, errorCodes: new Set(codes as string[]) }
}

/** Does everything that may throw first, because the gateway's update is not atomic. */
function provePlannable(sdl: string): void {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true })
  supergraph.apiSchema().toGraphQLJSSchema()
  supergraph.schema.toGraphQLJSSchema()
  new QueryPlanner(supergraph)
}

function sameCodes(a: LoadedSupergraph, b: LoadedSupergraph): boolean {
  return a.errorCodes.size === b.errorCodes.size && [...a.errorCodes].every((code) => b.errorCodes.has(code))
}

function follow(file: string, reload: () => void): () => Promise<void> {
  const stop = followFile(file, ['error-codes.json'], reload)
  return async () => stop()
}
