import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Log } from '@tikitu/kit/base/log'
import { followFile } from '../lib/follow-file.ts'
import { type ManifestTarget, readTarget, targetFileOf } from './manifest-target.ts'
import { type Manifest, readManifest } from './read-manifest.ts'

export interface ManifestSourceOptions {
  /** Null disables persisted operations. */
  file: string | null
  /** Whether the file has to exist at the start. */
  isRequired: boolean
  log: Log
}

/** The source of persisted operations. */
export interface ManifestSource {
  /** The current operations. */
  current: () => Manifest
  /** The graph that they belong to, if stated. */
  target: () => ManifestTarget | null
  /** Reloads the file. An invalid or missing file is logged, and the last valid manifest stays in use. */
  reload: () => 'loaded' | 'unchanged' | 'refused'
  /** Calls back after each reload. */
  onUpdate: (listener: () => void) => void
  close: () => void
}

/** The content of the manifest and of the file with its graph. */
interface Loaded {
  manifest: Manifest
  target: ManifestTarget | null
}

const none: Loaded = { manifest: new Map(), target: null }

/** Loads a manifest and follows changes of its file. @throws when a required file is missing or invalid */
export function createManifestSource({ file, isRequired, log }: ManifestSourceOptions): ManifestSource {
  if (file === null) return noManifest
  const first = load(file)
  if (!first && isRequired)
    throw new Error(`there are no persisted operations in ${file}: npm run codegen writes those of the SDK`)
  let current = first ?? none
  const listeners: (() => void)[] = []
  const reload: ManifestSource['reload'] = () => {
    try {
      const next = load(file)
      if (!next && current === none) return 'unchanged'
      if (!next) throw new Error('the file was deleted')
      if (areEqual(next, current)) return 'unchanged'
      current = next
    } catch (error) {
      log.error({ err: error, file }, 'invalid persisted operations: the last valid ones stay in use')
      return 'refused'
    }
    log.info({ operations: current.manifest.size }, 'persisted operations loaded')
    for (const listener of listeners) listener()
    return 'loaded'
  }
  const close = existsSync(dirname(file)) ? followFile(file, [basename(targetFileOf(file))], reload) : () => {}
  return {
    current: () => current.manifest,
    target: () => current.target,
    reload,
    close,
    onUpdate: (listener) => void listeners.push(listener),
  }
}

const noManifest: ManifestSource = {
  current: () => none.manifest,
  target: () => null,
  reload: () => 'unchanged',
  onUpdate: () => {},
  close: () => {},
}

function load(file: string): Loaded | null {
  const manifest = readManifest(file)
  return manifest && { manifest, target: readTarget(file) }
}

/** Hashes identify the texts, as each was verified. */
function areEqual(a: Loaded, b: Loaded): boolean {
  const isSameTarget = JSON.stringify(a.target) === JSON.stringify(b.target)
  return (
    isSameTarget && a.manifest.size === b.manifest.size && [...a.manifest.keys()].every((hash) => b.manifest.has(hash))
  )
}
