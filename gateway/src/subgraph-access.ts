import { parseRequestKeys, type RequestKey } from '@tikitu/kit/auth/request-signatures'
import { httpUrl } from '@tikitu/kit/base/env'

/** The address of a subgraph, and the keys that sign requests to it. */
export interface SubgraphAccess {
  /** Absent: use the address in the supergraph. */
  url: string | null
  /** Whether `url` is the whole address. Otherwise it is an origin, and the path comes from the supergraph. */
  isWholeUrl?: boolean
  /** Without keys, requests are unsigned and do not identify the caller. */
  keys: RequestKey[]
}

type Source = Readonly<Record<string, string | undefined>>

/**
 * The origin and keys of a subgraph, from variables such as BOOKING_SERVICE_URL and BOOKING_REQUEST_KEYS. @throws when there are no keys
 */
export function readSubgraphAccess(name: string, source: Source = process.env): SubgraphAccess {
  const keys = readKeys(name, source)
  if (keys.length === 0)
    throw new Error(`${prefixOf(name)}_REQUEST_KEYS is missing: the keys shared with the subgraph ${name}`)
  return { url: readUrl(name, source), keys }
}

/** The address and keys of a foreign subgraph, from optional variables such as PRODUCTS_SERVICE_URL and PRODUCTS_REQUEST_KEYS. */
export function readForeignAccess(name: string, source: Source = process.env): SubgraphAccess {
  return { url: readUrl(name, source), isWholeUrl: true, keys: readKeys(name, source) }
}

/**
 * The address of a subgraph: the configured one, else the supergraph's, with the configured origin if there is one. @throws when it has no
 * valid address
 */
export function addressOf(
  { url, isWholeUrl }: SubgraphAccess,
  { name, stated }: { name: string; stated: string },
): string {
  if (url !== null && isWholeUrl) return url
  if (!/^https?:$/.test(URL.parse(stated)?.protocol ?? ''))
    throw new Error(`${prefixOf(name)}_SERVICE_URL is missing: the supergraph has no address for the subgraph ${name}`)
  return url === null ? stated : `${url}${new URL(stated).pathname}`
}

/** The prefix of a subgraph's variables. */
function prefixOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
}

function readUrl(name: string, source: Source): string | null {
  const variable = `${prefixOf(name)}_SERVICE_URL`
  const url = httpUrl.optional().safeParse(source[variable] || undefined)
  if (!url.success) throw new Error(`${variable} must be an http:// or https:// URL`)
  return url.data ?? null
}

function readKeys(name: string, source: Source): RequestKey[] {
  const variable = `${prefixOf(name)}_REQUEST_KEYS`
  const text = source[variable]
  if (!text) return []
  try {
    return parseRequestKeys(text)
  } catch (error) {
    throw new Error(`${variable} ${(error as Error).message}`)
  }
}
