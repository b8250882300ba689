import { createLruCache, type LruCache } from '@tikitu/federation-executor/lib/lru-cache'
import { isObject } from '@tikitu/federation-executor/lib/own-property'
import { hashOf } from '../operations/read-manifest.ts'

/** A request to run an operation, in the form that nearly all have. */
export interface PlainRequest {
  query: string
  operationName: string | null
  variables: Record<string, unknown>
}

/** Reads a body in the plain form; null when it is anything else, which Apollo Server then answers. */
export type ReadPlainRequest = (body: unknown) => PlainRequest | null

const knownKeys: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions'])
const cacheSize = { maxCount: 2_000, maxKeyChars: 1_000_000 }

/** Reads plain requests. With `remembers`, also those that name by its hash a text that was sent with its hash before. */
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
 * The text that a hash stands for. One that comes with its hash is remembered, and left to Apollo Server this once, as that keeps its
 * own memory for requests of other forms.
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
