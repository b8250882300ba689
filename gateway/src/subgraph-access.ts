import { parseRequestKeys, type RequestKey } from '@tikitu/kit/auth/request-signatures'
import { httpUrl } from '@tikitu/kit/base/env'

/** Where a subgraph answers, and the keys that the gateway signs its requests with. */
export interface SubgraphAccess {
  /** Absent when the address in the supergraph is to be used. */
  url: string | null
  /** `url` is the whole address. Otherwise it says the host, and the path stays what the supergraph says. */
  isWholeUrl?: boolean
  /** Without any, requests go unsigned, and say nothing of who asks. */
  keys: RequestKey[]
}

type Source = Readonly<Record<string, string | undefined>>

/** Host and keys of a subgraph, by its name in the supergraph: BOOKING_SERVICE_URL, BOOKING_REQUEST_KEYS. @throws when there is no key */
export function readSubgraphAccess(name: string, source: Source = process.env): SubgraphAccess {
  const keys = readKeys(name, source)
  if (keys.length === 0)
    throw new Error(`${prefixOf(name)}_REQUEST_KEYS is missing: the keys shared with the subgraph ${name}`)
  return { url: readUrl(name, source), keys }
}

/** Address and keys of a subgraph of a foreign graph, where they are set: PRODUCTS_SERVICE_URL, PRODUCTS_REQUEST_KEYS. */
export function readForeignAccess(name: string, source: Source = process.env): SubgraphAccess {
  return { url: readUrl(name, source), isWholeUrl: true, keys: readKeys(name, source) }
}

/** The address of a subgraph, for which the supergraph states one. @throws when none of the two is one */
export function addressOf(
  { url, isWholeUrl }: SubgraphAccess,
  { name, stated }: { name: string; stated: string },
): string {
  if (url !== null && isWholeUrl) return url
  if (!/^https?:$/.test(URL.parse(stated)?.protocol ?? ''))
    throw new Error(`${prefixOf(name)}_SERVICE_URL is missing: the supergraph has no address for the subgraph ${name}`)
  return url === null ? stated : `${url}${new URL(stated).pathname}`
}

/** What the names of a subgraph's variables begin with. */
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
