import { isObject } from '@tikitu/federation-executor/lib/own-property'
import { isId } from '@tikitu/kit/base/ids'
import DataLoader from 'dataloader'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { GatewayContext, Send } from '../request/context.ts'
import type { NodeType } from '../supergraph/read-nodes.ts'

/** A reference to an object that exists and that the caller may see. */
export interface NodeReference {
  __typename: string
  id: string
}

export type FindNode = (id: string) => Promise<NodeReference | null>

/** The maximum number of ids per subgraph request. */
const maxIds = 100
const query = 'query Nodes($ids: [ID!]!) { _nodes(ids: $ids) }'

/**
 * Finds objects by id for one request: null for invalid ids, missing objects, and objects that the caller may not see. Ids are batched per
 * subgraph. Rejects when a subgraph does not answer.
 */
export function createFindNode(
  { types, sendTo }: { types: readonly NodeType[]; sendTo: (subgraph: string) => Send },
  context: GatewayContext,
): FindNode {
  const byPrefix = new Map(types.map((type) => [type.prefix, type]))
  const typeOf = (id: string): NodeType | undefined => {
    const type = byPrefix.get(id.slice(0, id.indexOf('_')))
    return type && isId(type.prefix, id) ? type : undefined
  }
  const find = async (ids: readonly string[]): Promise<(NodeReference | null | Error)[]> => {
    const found = new Map<string, NodeReference | Error>()
    const known = ids.flatMap((id) => ({ id, type: typeOf(id) }))
    const subgraphs = [...new Set(known.flatMap(({ type }) => type?.subgraph ?? []))]
    await Promise.all(
      subgraphs.map(async (subgraph) => {
        const wanted = known.flatMap(({ id, type }) => (type?.subgraph === subgraph ? [id] : []))
        const visible = await askVisible(sendTo(subgraph), wanted, context)
        for (const [id, one] of visible)
          found.set(id, one instanceof Error ? one : { __typename: typeOf(id)?.name ?? '', id })
      }),
    )
    return ids.map((id) => found.get(id) ?? null)
  }
  const loader = new DataLoader(find, { maxBatchSize: maxIds })
  return (id) => loader.load(id)
}

/** The ids that the caller may see, and those with an error of the subgraph. */
async function askVisible(
  send: Send,
  ids: readonly string[],
  context: GatewayContext,
): Promise<Map<string, true | Error>> {
  const { data, errors = [] } = await send(JSON.stringify({ query, variables: { ids } }), context)
  const visible = isObject(data) ? data['_nodes'] : undefined
  const answers = new Map<string, true | Error>()
  for (const [index, id] of ids.entries()) {
    const error = Array.isArray(visible) ? errors.find(({ path }) => path?.[1] === index) : (errors[0] ?? unanswered)
    if (error) answers.set(id, new GraphQLError(error.message, { extensions: error.extensions }))
    else if (Array.isArray(visible) && visible[index] === id) answers.set(id, true)
  }
  return answers
}

const unanswered: GraphQLFormattedError = {
  message: 'Internal server error',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
}
