import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type GraphQLSchema, isAbstractType, isObjectType, parse } from 'graphql'
import { isKindOf } from '../run/rewrites.ts'
import { entityFieldsOf, fieldKey, withEntityFields } from './entity-fields.ts'
import { keysKey, type Needs } from './requirements.ts'

type Rewrites = NonNullable<FetchNode['inputRewrites']>

/** What plans are split by. */
export interface Splitting {
  /** The supergraph's schema. */
  schema: GraphQLSchema
  needs: Needs
}

const fragmentPrefix = '... on '

/**
 * A fetch for each type that entities are sent as, to a subgraph that knows interfaces as objects. Where it knows several, the planner asks
 * for fields of all of them at once; but an entity is sent as one of them only, the last. And what else lies at the same path, and has
 * what is required, would be sent under a name that the subgraph does not know: it is left out.
 */
export function splitRewrites({ schema, needs }: Splitting, fetch: FetchNode): FetchNode[] {
  const { inputRewrites = [], requires = [], serviceName } = fetch
  const names = [...new Set(inputRewrites.map(sentAs))].filter(
    (name) => name !== null && needs.objects.has(keysKey(serviceName, name)),
  )
  if (names.length === 0) return [fetch]
  const document = parse(fetch.operation, { noLocation: true })
  const fields = entityFieldsOf(document)
  if (names.length === 1 && fields.some(({ type }) => type !== names[0])) return [fetch]
  return names.flatMap((name) => {
    const own = fields.filter(({ type }) => type === name).map(({ type, name }) => fieldKey(type, name))
    if (own.length === 0) return []
    const rewrites = inputRewrites.filter((rewrite) => sentAs(rewrite) === name)
    const parts = requires.flatMap((part) => partsFor(schema, part, rewrites))
    const text = names.length > 1 && withEntityFields(document, new Set(own))
    return [{ ...fetch, ...text, requires: parts, inputRewrites: rewrites }]
  })
}

function sentAs(rewrite: Rewrites[number]): string | null {
  return rewrite.kind === 'ValueSetter' && rewrite.path.at(-1) === '__typename' ? String(rewrite.setValueTo) : null
}

/** What is required of those entities alone that these rewrites are for. */
function partsFor(
  schema: GraphQLSchema,
  part: QueryPlanSelectionNode,
  rewrites: Rewrites,
): readonly QueryPlanSelectionNode[] {
  if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return [part]
  const isRewritten = (type: string): boolean =>
    rewrites.some(({ path: [first = ''] }) => isKindOf(schema, type, first.slice(fragmentPrefix.length)))
  if (isRewritten(part.typeCondition)) return [part]
  const type = schema.getType(part.typeCondition)
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type).filter(isObjectType) : []
  return possible.filter(({ name }) => isRewritten(name)).map(({ name }) => ({ ...part, typeCondition: name }))
}
