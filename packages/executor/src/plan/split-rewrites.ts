import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type GraphQLSchema, isAbstractType, isObjectType, parse } from 'graphql'
import { isSubtypeOf } from '../lib/type-condition.ts'
import { entityFieldsOf, fieldKey, pickEntityFields } from './entity-fields.ts'
import { type Requirements, typeKey } from './requirements.ts'

type Rewrites = NonNullable<FetchNode['inputRewrites']>

/** The schema and requirements that fetches are split by. */
export interface SplitContext {
  /** The supergraph's schema. */
  schema: GraphQLSchema
  requirements: Requirements
}

const fragmentPrefix = '... on '

/**
 * Splits a fetch from a subgraph with `@interfaceObject` types into one for each type that entities are sent as. The planner selects
 * the fields of all of them in one fetch, but an entity is sent as the last type only. Entities of other types at the same path are
 * left out, because the subgraph does not know their type.
 */
export function splitRewrites({ schema, requirements }: SplitContext, fetch: FetchNode): FetchNode[] {
  const { inputRewrites = [], requires = [], serviceName } = fetch
  const names = [...new Set(inputRewrites.map(typeSentAs))].filter(
    (name) => name !== null && requirements.interfaceObjects.has(typeKey(serviceName, name)),
  )
  if (names.length === 0) return [fetch]
  const document = parse(fetch.operation, { noLocation: true })
  const fields = entityFieldsOf(document)
  if (names.length === 1 && fields.some(({ type }) => type !== names[0])) return [fetch]
  return names.flatMap((name) => {
    const fieldKeys = fields.filter(({ type }) => type === name).map(({ type, name }) => fieldKey(type, name))
    if (fieldKeys.length === 0) return []
    const rewrites = inputRewrites.filter((rewrite) => typeSentAs(rewrite) === name)
    const parts = requires.flatMap((part) => narrowPart(schema, part, rewrites))
    const text = names.length > 1 && pickEntityFields(document, new Set(fieldKeys))
    return [{ ...fetch, ...text, requires: parts, inputRewrites: rewrites }]
  })
}

function typeSentAs(rewrite: Rewrites[number]): string | null {
  return rewrite.kind === 'ValueSetter' && rewrite.path.at(-1) === '__typename' ? String(rewrite.setValueTo) : null
}

/** Narrows a fragment of `requires` to the types that these rewrites apply to. */
function narrowPart(
  schema: GraphQLSchema,
  part: QueryPlanSelectionNode,
  rewrites: Rewrites,
): readonly QueryPlanSelectionNode[] {
  if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return [part]
  const isRewritten = (type: string): boolean =>
    rewrites.some(({ path: [first = ''] }) => isSubtypeOf(schema, type, first.slice(fragmentPrefix.length)))
  if (isRewritten(part.typeCondition)) return [part]
  const type = schema.getType(part.typeCondition)
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type).filter(isObjectType) : []
  return possible.filter(({ name }) => isRewritten(name)).map(({ name }) => ({ ...part, typeCondition: name }))
}
