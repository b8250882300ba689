import type { BoundEndpoint } from '@tikitu/schema/rest/bind-endpoint'
import { getNullableType, isObjectType, Kind, type SelectionNode, type SelectionSetNode } from 'graphql'

type Json = Record<string, unknown>

/**
 * Whether the body can be cut out of the JSON of the data: it is an object as it is, and the last field of each level, after nothing but ids.
 */
export function canCut({ endpoint, operation, bodyPath, bodyType, list, innerLists }: BoundEndpoint): boolean {
  const isOther = operation.operation !== 'query' || endpoint.status !== undefined
  if (isOther || list !== null || innerLists.length > 0) return false
  if (!isObjectType(getNullableType(bodyType))) return false
  let selection: SelectionSetNode | undefined = operation.selectionSet
  for (const name of bodyPath) {
    const fields: readonly SelectionNode[] = selection?.selections ?? []
    const last = fields.at(-1)
    const areIds = fields.slice(0, -1).every((node) => node.kind === Kind.FIELD && node.name.value === 'id')
    if (!areIds || last?.kind !== Kind.FIELD || last.name.value !== name || last.alias) return false
    selection = last.selectionSet
  }
  return true
}

/** Cuts the body out of the JSON of the data, without parsing it; null when it is null. Strings cannot contain `"name":`, as quotes are escaped. */
export function cutBody(text: string, { bodyPath }: BoundEndpoint): string | null {
  let start = 0
  for (const name of bodyPath) {
    const key = `"${name}":`
    const at = text.indexOf(key, start)
    if (at === -1) return null
    start = at + key.length
  }
  return text[start] === '{' ? text.slice(start, -bodyPath.length) : null
}

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
function flattenAt(part: unknown, path: readonly string[], depth = 0): void {
  if (Array.isArray(part)) {
    for (const item of part) flattenAt(item, path, depth)
    return
  }
  const key = path[depth] ?? ''
  const owner = part as Json | null
  const inner = owner?.[key]
  if (!owner || !inner) return
  if (depth + 1 < path.length) flattenAt(inner, path, depth + 1)
  else owner[key] = (inner as Connection).edges.map(({ node }) => node)
}

interface Connection extends Json {
  edges: readonly { node: unknown }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

function pageOf({ edges, pageInfo, ...rest }: Connection): Json {
  return { ...rest, items: edges.map(({ node }) => node), nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null }
}
