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
  /** Whether the error codes that services may show have to lie beside the file. */
  needsErrorCodes: boolean
  /** Whether the gateway answers itself what the supergraph says is answered here. */
  hasOwnParts: boolean
  log: Log
  /** Refuses, by throwing, a supergraph that the gateway could not serve: a subgraph without keys, for one. */
  check: (supergraph: ReadSupergraph) => void
}

/** The supergraph in use, and the codes that its services may show to clients. */
interface LoadedSupergraph extends ReadSupergraph {
  errorCodes: ReadonlySet<string>
}

/** Where the gateway's supergraph comes from. */
export interface SupergraphSource {
  manager: SupergraphManager
  /** What is in use now. */
  current: () => LoadedSupergraph
  /** Reads the file again. A supergraph that does not load is refused and logged, and the last good one stays. */
  reload: () => 'loaded' | 'unchanged' | 'refused'
  /** Calls back after each load but the first. */
  onUpdate: (listener: () => void) => void
}

/** A supergraph in a file, followed as the file changes. `error-codes.json` lies beside it. */
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
      options.log.error(
        { err: error, file: options.file },
        'this supergraph is refused, the last good one stays in use',
      )
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

function loadFile({ file, check, hasOwnParts, needsErrorCodes }: SupergraphSourceOptions): LoadedSupergraph {
  const supergraph = readSupergraph(readFileSync(file, 'utf8'), { hasOwnParts })
  check(supergraph)
  const codesFile = join(dirname(file), 'error-codes.json')
  const codes = needsErrorCodes || existsSync(codesFile) ? JSON.parse(readFileSync(codesFile, 'utf8')) : []
  return { ...supergraph, errorCodes: new Set(codes as string[]) }
}

/** The gateway's own update is not atomic when it throws half-way, so whatever could throw is tried beforehand. */
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
