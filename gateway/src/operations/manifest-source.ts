import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Log } from '@tikitu/kit/base/log'
import { followFile } from '../lib/follow-file.ts'
import { type ManifestTarget, readTarget, targetFileOf } from './manifest-target.ts'
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
  /** The graph that they are for, where something says so. */
  target: () => ManifestTarget | null
  /** Reads the file again. One that is no manifest, or gone, is refused and logged, and the last good one stays. */
  reload: () => 'loaded' | 'unchanged' | 'refused'
  /** Calls back after each load but the first. */
  onUpdate: (listener: () => void) => void
  close: () => void
}

/** What lies in the two files. */
interface Loaded {
  manifest: Manifest
  target: ManifestTarget | null
}

const none: Loaded = { manifest: new Map(), target: null }

/** The manifest in a file, followed as the file changes. @throws when there is none that has to be, or it is no manifest */
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
      if (!next) throw new Error('the file is gone')
      if (areEqual(next, current)) return 'unchanged'
      current = next
    } catch (error) {
      log.error({ err: error, file }, 'these persisted operations are refused, the last good ones stay in use')
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

/** Each text is proved to be what its hash says, so the hashes tell. */
function areEqual(a: Loaded, b: Loaded): boolean {
  const isSameTarget = JSON.stringify(a.target) === JSON.stringify(b.target)
  return (
    isSameTarget && a.manifest.size === b.manifest.size && [...a.manifest.keys()].every((hash) => b.manifest.has(hash))
  )
}
