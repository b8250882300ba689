import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'

/** The maximum age of a response, and whether it is public. */
export interface CachePolicy {
  maxAgeSeconds: number
  isPublic: boolean
}

interface Hint {
  maxAge?: number | undefined
  scope?: 'PUBLIC' | 'PRIVATE'
  inheritMaxAge?: boolean
}

interface Walk {
  schema: GraphQLSchema
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** Fragments visited so far. */
  seen: Set<object>
  policy: CachePolicy
}

const known = new WeakMap<OperationDefinitionNode, CachePolicy | null>()

/**
 * The cache policy of an operation's response by the rules of Apollo Server: the minimum age and the narrowest scope of all fields;
 * objects and root fields without a hint are not cacheable. Computed from the operation alone, so skipped and null fields count too.
 * Null when the response is not cacheable.
 */
export function cachePolicyOf(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
): CachePolicy | null {
  const found = known.get(operation)
  if (found !== undefined) return found
  const policy = readPolicy(schema, document, operation)
  known.set(operation, policy)
  return policy
}

function readPolicy(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CachePolicy | null {
  const root = schema.getQueryType()
  if (operation.operation !== OperationTypeNode.QUERY || !root) return null
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  const policy = { maxAgeSeconds: Number.POSITIVE_INFINITY, isPublic: true }
  const walk: Walk = { schema, fragments, seen: new Set(), policy }
  walkSet(walk, operation.selectionSet, root)
  return policy.maxAgeSeconds > 0 && Number.isFinite(policy.maxAgeSeconds) ? policy : null
}

function walkSet(walk: Walk, { selections }: SelectionSetNode, type: GraphQLCompositeType): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) walkField(walk, selection, type)
    else walkPart(walk, partOf(walk, selection), type)
  }
}

function walkPart(walk: Walk, part: Part | undefined, type: GraphQLCompositeType): void {
  if (!part || walk.seen.has(part)) return
  if (part.kind === Kind.FRAGMENT_DEFINITION) walk.seen.add(part)
  const condition = conditionOf(walk, part)
  walkSet(walk, part.selectionSet, isCompositeType(condition) ? condition : type)
}

function walkField(walk: Walk, node: FieldNode, parent: GraphQLCompositeType): void {
  const name = node.name.value
  if (name === '__typename') return
  const isRoot = parent === walk.schema.getQueryType()
  if (isRoot && name === '_entities') restrictByEntities(walk, node)
  const owners = isAbstractType(parent) ? walk.schema.getPossibleTypes(parent) : [parent]
  const fields = owners.map((owner) => ('getFields' in owner ? owner.getFields()[name] : undefined))
  const types = new Set(fields.map((field) => getNamedType(field?.type)))
  if (name !== '_entities') for (const field of fields) restrict(walk.policy, field, isRoot)
  for (const type of types) if (isCompositeType(type) && node.selectionSet) walkSet(walk, node.selectionSet, type)
}

/** A field's hint overrides its type's; an object without a hint is not cached. */
function restrict(policy: CachePolicy, field: GraphQLField<unknown, unknown> | undefined, isRoot: boolean): void {
  const type = getNamedType(field?.type)
  const ofType = isCompositeType(type) ? typeHintOf(type) : {}
  const ofField = hintOf(field?.astNode?.directives)
  const inherits = !isRoot && (!isCompositeType(type) || ofType.inheritMaxAge || ofField.inheritMaxAge)
  const maxAge = ofField.maxAge ?? ofType.maxAge ?? (inherits ? policy.maxAgeSeconds : 0)
  policy.maxAgeSeconds = Math.min(policy.maxAgeSeconds, maxAge)
  if ((ofField.scope ?? ofType.scope) === 'PRIVATE') policy.isPublic = false
}

/** The types of `_entities` are those of its fragments. */
function restrictByEntities(walk: Walk, node: FieldNode): void {
  const parts = (node.selectionSet?.selections ?? []).flatMap((selection) =>
    selection.kind === Kind.FIELD ? [] : [partOf(walk, selection)],
  )
  if (parts.length === 0) walk.policy.maxAgeSeconds = 0
  for (const part of parts) {
    const type = part && conditionOf(walk, part)
    const { maxAge = 0, scope } = isCompositeType(type) ? typeHintOf(type) : {}
    walk.policy.maxAgeSeconds = Math.min(walk.policy.maxAgeSeconds, maxAge)
    if (scope === 'PRIVATE') walk.policy.isPublic = false
  }
}

type Part = FragmentDefinitionNode | InlineFragmentNode

function partOf({ fragments }: Walk, selection: InlineFragmentNode | FragmentSpreadNode): Part | undefined {
  return selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
}

function conditionOf({ schema }: Walk, { typeCondition }: Part): GraphQLNamedType | undefined {
  return typeCondition && schema.getType(typeCondition.name.value)
}

function typeHintOf(type: GraphQLCompositeType): Hint {
  const nodes = [type.astNode, ...type.extensionASTNodes]
  return hintOf(nodes.flatMap((node) => node?.directives ?? []))
}

function hintOf(directives: readonly ConstDirectiveNode[] | undefined): Hint {
  const directive = directives?.find(({ name }) => name.value === 'cacheControl')
  const given: Hint = Object.fromEntries(
    (directive?.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  )
  return given.inheritMaxAge ? { ...given, maxAge: undefined } : given
}
