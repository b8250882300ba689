import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '@tikitu/kit/log'
import { followFile } from '../follow-file.ts'
import { type Manifest, readManifest } from './read-manifest.ts'

export interface ManifestSourceOptions {
  /** Null when no operations are known beforehand. */
  file: string | null
  /** Whether there has to be a file from the beginning. */
  isRequired: boolean
  log: Log
}

/** Where operations come from that are known beforehand. */
export interface ManifestSource {
  /** Those in use now. */
  current: () => Manifest
  /** Reads the file again. One that is no manifest, or gone, is refused and logged, and the last good one stays. */
  reload: () => 'loaded' | 'unchanged' | 'refused'
  /** Calls back after each load but the first. */
  onUpdate: (listener: () => void) => void
  close: () => void
}

const none: Manifest = new Map()

/** The manifest in a file, followed as the file changes. @throws when there is none that has to be, or it is no manifest */
export function createManifestSource({ file, isRequired, log }: ManifestSourceOptions): ManifestSource {
  if (file === null) return { current: () => none, reload: () => 'unchanged', onUpdate: () => {}, close: () => {} }
  const first = readManifest(file)
  if (!first && isRequired)
    throw new Error(`there are no persisted operations in ${file}: npm run codegen writes those of the SDK`)
  let current = first ?? none
  const listeners: (() => void)[] = []
  const reload: ManifestSource['reload'] = () => {
    try {
      const next = readManifest(file)
      if (!next && current === none) return 'unchanged'
      if (!next) throw new Error('the file is gone')
      if (areEqual(next, current)) return 'unchanged'
      current = next
    } catch (error) {
      log.error({ err: error, file }, 'these persisted operations are refused, the last good ones stay in use')
      return 'refused'
    }
    log.info({ operations: current.size }, 'persisted operations loaded')
    for (const listener of listeners) listener()
    return 'loaded'
  }
  const close = existsSync(dirname(file)) ? followFile(file, [], reload) : () => {}
  return { current: () => current, reload, close, onUpdate: (listener) => void listeners.push(listener) }
}

/** Each text is proved to be what its hash says, so the hashes tell. */
function areEqual(a: Manifest, b: Manifest): boolean {
  return a.size === b.size && [...a.keys()].every((hash) => b.has(hash))
}
