import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataStore } from 'cognito-local/lib/services/dataStore/dataStore.js'
import type { DataStoreFactory } from 'cognito-local/lib/services/dataStore/factory.js'

type Tree = Record<string, unknown>

/** Stores cognito-local's data in JSON files, written atomically: its own store may leave half a file after a crash. */
export function openFileStores(directory: string): DataStoreFactory {
  return {
    async create(_ctx, id, defaults) {
      await mkdir(directory, { recursive: true })
      const file = join(directory, `${id}.json`)
      const root: Tree = { ...defaults, ...(await readTree(file)) }
      const save = saverOf(file, root)
      await save()
      return storeOver(root, save)
    },
  }
}

function storeOver(root: Tree, save: () => Promise<void>): DataStore {
  return {
    getRoot: async <T>() => root as T,
    get: async <T>(_ctx: unknown, key: string | string[], otherwise?: T) =>
      (find(root, keysOf(key)) ?? otherwise ?? null) as T,
    async set(_ctx, key, value) {
      const keys = keysOf(key)
      parentOf(root, keys)[keys.at(-1) ?? ''] = value
      await save()
    },
    async delete(_ctx, key) {
      const keys = keysOf(key)
      delete parentOf(root, keys)[keys.at(-1) ?? '']
      await save()
    },
  }
}

/** Writes one at a time, each with the newest state. */
function saverOf(file: string, root: Tree): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    const mine = last.then(async () => {
      await writeFile(`${file}.new`, JSON.stringify(root, null, 2), { mode: 0o600 })
      await rename(`${file}.new`, file)
    })
    last = mine.catch(() => undefined)
    return mine
  }
}

async function readTree(file: string): Promise<Tree> {
  try {
    return JSON.parse(await readFile(file, 'utf8'), (key, value) => (key.endsWith('Date') ? new Date(value) : value))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

function keysOf(key: string | string[]): string[] {
  return Array.isArray(key) ? key : [key]
}

function find(root: Tree, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (at && typeof at === 'object' ? (at as Tree)[key] : undefined), root)
}

function parentOf(root: Tree, keys: readonly string[]): Tree {
  return keys.slice(0, -1).reduce<Tree>((at, key) => {
    at[key] ??= {}
    return at[key] as Tree
  }, root)
}
