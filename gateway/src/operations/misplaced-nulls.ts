import { getOwnProperty } from '@tikitu/federation-executor/lib/own-property'
import { fragmentsOf, isIntrospection } from '@tikitu/federation-executor/plan/document-fields'
import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'

type Variables = Readonly<Record<string, unknown>>

/**
 * Finds variables that are null where null is not allowed. Validation accepts a nullable variable there when it or the argument has a
 * default, which an explicit null overrides, and in `@oneOf` input objects. As in graphql-js, it is an error of the field if the field is
 * executed.
 */
export interface MisplacedNulls {
  /** Equal when the same nulls are misplaced in one operation; empty when there are none. */
  key: string
  /** Why the whole request is rejected: its root fields cannot be determined, or a subscription has no source. */
  refusal: GraphQLError | null
  /** Why a field cannot be executed. */
  errorOf: (field: FieldNode) => GraphQLError | null
  /** Why `@skip` or `@include` of a selection cannot be evaluated. The object with that selection is null with this error. */
  conditionErrorOf: (selection: SelectionNode) => GraphQLError | null
}

/** A variable that must not be null. */
interface Place {
  definition: VariableDefinitionNode
  /** The field with the argument, or the selection with the condition. */
  selection: SelectionNode
  isCondition: boolean
  /** The expected type. */
  type: string
  /** Whether the value is also required: it is the only field of a `@oneOf` input object. */
  isOneOf: boolean
}

const none: MisplacedNulls = { key: '', refusal: null, errorOf: () => null, conditionErrorOf: () => null }

/** Finds misplaced nulls in the variables of a request. The positions are computed once per operation. */
export function findMisplacedNulls(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Variables,
): MisplacedNulls {
  const misplaced = placesIn(schema, document, operation).filter((place) => isNull(place, variables))
  if (misplaced.length === 0) return none
  const search = { operation, fragments: fragmentsOf(document), variables, ...errorsBySelection(misplaced) }
  const conditionErrorOf: MisplacedNulls['conditionErrorOf'] = (selection) =>
    isLeftOut(search, selection, 'skip') ? null : search.conditionErrorOf(selection)
  return {
    key: [...new Set(misplaced.map(({ definition }) => definition.variable.name.value))].join(' '),
    refusal: findRefusal(search, operation.selectionSet),
    errorOf: search.errorOf,
    conditionErrorOf,
  }
}

function errorsBySelection(places: readonly Place[]): Pick<MisplacedNulls, 'errorOf' | 'conditionErrorOf'> {
  const errorsOf = (some: readonly Place[]) => new Map(some.map((place) => [place.selection, errorAt(place)]))
  const fields = errorsOf(places.filter(({ isCondition }) => !isCondition))
  const conditions = errorsOf(places.filter(({ isCondition }) => isCondition))
  return {
    errorOf: (field) => fields.get(field) ?? null,
    conditionErrorOf: (selection) => conditions.get(selection) ?? null,
  }
}

function isNull({ definition: { variable, defaultValue }, isOneOf }: Place, variables: Variables): boolean {
  const given = getOwnProperty(variables, variable.name.value)
  if (given !== undefined) return given === null
  return defaultValue ? defaultValue.kind === Kind.NULL : isOneOf
}

const known = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, readonly Place[]>>()

function placesIn(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): readonly Place[] {
  const ofSchema = known.get(schema) ?? new WeakMap<OperationDefinitionNode, readonly Place[]>()
  known.set(schema, ofSchema)
  const found = ofSchema.get(operation) ?? findPlaces(schema, document, operation)
  ofSchema.set(operation, found)
  return found
}

function findPlaces(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Place[] {
  const definitions = (operation.variableDefinitions ?? []).filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE)
  if (definitions.length === 0) return []
  const nullable = new Map(definitions.map((definition) => [definition.variable.name.value, definition]))
  const fragments = fragmentsOf(document)
  const info = new TypeInfo(schema)
  const reached = new Set<OperationDefinitionNode | FragmentDefinitionNode>([operation])
  const places: Place[] = []
  const selections: SelectionNode[] = []
  let isCondition = false
  const selection = {
    enter: (node: SelectionNode): void => {
      selections.push(node)
      const fragment = node.kind === Kind.FRAGMENT_SPREAD && fragments.get(node.name.value)
      if (fragment) reached.add(fragment)
    },
    leave: (): void => void selections.pop(),
  }
  const directive = {
    enter: (): void => {
      isCondition = true
    },
    leave: (): void => {
      isCondition = false
    },
  }
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    Field: selection,
    InlineFragment: selection,
    FragmentSpread: selection,
    Directive: directive,
    Variable: ({ name }) => {
      const definition = nullable.get(name.value)
      const type = info.getInputType()
      const isOneOf = isOneOfInput(info.getParentInputType())
      const innermost = selections.at(-1)
      if (!definition || !innermost || !(isOneOf || isNonNullType(type))) return
      const about = selections.find((node) => node.kind === Kind.FIELD && isIntrospection(node) && node !== innermost)
      const place = { definition, type: isOneOf ? `${type}!` : `${type}`, isOneOf }
      places.push({ ...place, selection: about ?? innermost, isCondition: isCondition && !about })
    },
  })
  for (const part of reached) visit(part, visitor)
  return places
}

function isOneOfInput(type: GraphQLInputType | null | undefined): boolean {
  const input = getNullableType(type)
  return isInputObjectType(input) && input.isOneOf
}

function errorAt({ definition, type }: Place): GraphQLError {
  const name = definition.variable.name.value
  return new GraphQLError(`Variable "$${name}" must not be null: it is used where "${type}" is expected.`, {
    nodes: definition,
    extensions: { code: 'BAD_USER_INPUT' },
  })
}

interface Search extends Pick<MisplacedNulls, 'errorOf' | 'conditionErrorOf'> {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  variables: Variables
}

/** Visits the root fields in the order of field collection. */
function findRefusal(search: Search, { selections }: SelectionSetNode): GraphQLError | null {
  for (const selection of selections) {
    if (isLeftOut(search, selection, 'skip')) continue
    const error = search.conditionErrorOf(selection)
    if (error) return error
    if (isLeftOut(search, selection, 'include')) continue
    const inner = refusalIn(search, selection)
    if (inner) return inner
  }
  return null
}

function refusalIn(search: Search, selection: SelectionNode): GraphQLError | null {
  if (selection.kind === Kind.FIELD)
    return search.operation.operation === 'subscription' ? search.errorOf(selection) : null
  const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : search.fragments.get(selection.name.value)
  return part ? findRefusal(search, part.selectionSet) : null
}

/** Whether a condition excludes a selection. One that cannot be evaluated does not. */
function isLeftOut(search: Search, { directives = [] }: SelectionNode, name: 'skip' | 'include'): boolean {
  const directive = directives.find((one) => one.name.value === name)
  return directive !== undefined && conditionOf(search, directive) === (name === 'skip')
}

function conditionOf({ operation, variables }: Search, { arguments: given = [] }: DirectiveNode): unknown {
  const value = given[0]?.value
  if (value?.kind === Kind.BOOLEAN) return value.value
  if (value?.kind !== Kind.VARIABLE) return undefined
  const name = value.name.value
  const own = getOwnProperty(variables, name)
  if (own !== undefined) return own
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)
  return definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined
}
