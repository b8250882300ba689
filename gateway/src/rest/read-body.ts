import type { BoundEndpoint } from '@tikitu/schema/rest/bind-endpoint'

type Json = Record<string, unknown>

/** The part of an operation's data that is the body, before lists and unions get their form; null when there is none. */
export function partOf({ bodyPath }: BoundEndpoint, data: unknown): unknown {
  return bodyPath.reduce<unknown>((part, name) => (part as Json | null | undefined)?.[name], data) ?? null
}

/** The body of a success. Lists are `items`, and connections have `nextCursor`, null on the last page. */
export function bodyOf({ list, innerLists, successes }: BoundEndpoint, part: unknown): unknown {
  for (const path of innerLists) flattenAt(part, path)
  if (list === 'plain') return { items: part }
  if (list === 'connection') return pageOf(part as Connection)
  if (typeof part !== 'object' || part === null || !('__typename' in part)) return part
  const { __typename: type, ...rest } = part
  return successes.length > 0 ? { type, ...rest } : rest
}

/** Replaces the connection at a path by its nodes, in each item of the lists on the way. */
function flattenAt(part: unknown, path: readonly string[]): void {
  const [key = '', ...rest] = path
  if (Array.isArray(part)) for (const item of part) flattenAt(item, path)
  else if (part && typeof part === 'object' && key in part) {
    const owner = part as Json
    if (rest.length > 0) flattenAt(owner[key], rest)
    else if (owner[key]) owner[key] = (owner[key] as Connection).edges.map(({ node }) => node)
  }
}

interface Connection extends Json {
  edges: readonly { node: unknown }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

function pageOf({ edges, pageInfo, ...rest }: Connection): Json {
  return { ...rest, items: edges.map(({ node }) => node), nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }
}
