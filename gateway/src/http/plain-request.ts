import { createLruCache, type LruCache } from '@tikitu/federation-executor/lib/lru-cache'
import { isObject } from '@tikitu/federation-executor/lib/own-property'
import { hashOf } from '../operations/read-manifest.ts'

/** A request with an operation, in its most common form. */
export interface PlainRequest {
  query: string
  operationName: string | null
  variables: Record<string, unknown>
}

/** Reads a body of the common form; null for all others, which Apollo Server handles. */
export type ReadPlainRequest = (body: unknown) => PlainRequest | null

const knownKeys: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions'])
const cacheSize = { maxCount: 2_000, maxKeyChars: 1_000_000 }

/** Creates the reader. With `remembers`, it also accepts hashes of operations that were sent with their hash before. */
export function createPlainRequestReader(remembers: boolean): ReadPlainRequest {
  const texts = createLruCache<string>(cacheSize)
  return (body) => {
    if (!isPlain(body)) return null
    const { query, operationName, variables, extensions } = body
    const text = extensions === undefined ? query : remembers && textOf(texts, query, extensions)
    if (typeof text !== 'string' || text === '') return null
    return { query: text, operationName: operationName ?? null, variables: variables ?? {} }
  }
}

interface PlainBody {
  query?: unknown
  operationName?: string | null
  variables?: Record<string, unknown> | null
  extensions?: unknown
}

function isPlain(body: unknown): body is PlainBody {
  if (!isObject(body) || Object.keys(body).some((key) => !knownKeys.has(key))) return false
  const { operationName = null, variables = null } = body
  return (operationName === null || typeof operationName === 'string') && (variables === null || isObject(variables))
}

const longestRemembered = 20_000

/**
 * The text of a hash. A text that comes with its hash is stored, and this request is left to Apollo Server, which has its own store for
 * requests of other forms.
 */
function textOf(texts: LruCache<string>, query: unknown, extensions: unknown): string | null {
  const hash = hashIn(extensions)
  if (hash === null) return null
  if (query === undefined) return texts.get(hash) ?? null
  const isTrue = typeof query === 'string' && query.length <= longestRemembered && hashOf(query) === hash
  if (isTrue) texts.set(hash, query)
  return null
}

function hashIn(extensions: unknown): string | null {
  const { persistedQuery, ...rest } = isObject(extensions) ? extensions : {}
  if (!isObject(persistedQuery) || Object.keys(rest).length > 0) return null
  const { version, sha256Hash } = persistedQuery
  return version === 1 && typeof sha256Hash === 'string' ? sha256Hash : null
}
