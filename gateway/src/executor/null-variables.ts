import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type VariableDefinitionNode,
  type VariableNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { fragmentsOf } from './document-fields.ts'
import { getOwn } from './own.ts'

type Variables = Readonly<Record<string, unknown>>

/** What is wrong with variables that fit their own types. */
export type CheckNulls = (variables: Variables) => readonly GraphQLError[]

/**
 * Finds the first variable that is null where null may not stand. Validation allows a nullable variable there when it or the place has
 * a default, which an explicit null overrides. Services call it a failure of their own, so it is refused before any is asked. What
 * `@skip` and `@include` leave out is not looked at.
 */
export function compileNullCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CheckNulls {
  const nullable = (operation.variableDefinitions ?? []).filter(({ type }) => type.kind !== Kind.NON_NULL_TYPE)
  if (nullable.length === 0) return () => []
  return (variables) => {
    const nulls = new Map(
      nullable.filter((one) => isNull(one, variables)).map((one) => [one.variable.name.value, one] as const),
    )
    if (nulls.size === 0) return []
    const error = findMisplaced({ schema, operation, fragments: fragmentsOf(document), variables, nulls })
    return error ? [error] : []
  }
}

interface Search {
  schema: GraphQLSchema
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  variables: Variables
  /** The variables that are null. */
  nulls: ReadonlyMap<string, VariableDefinitionNode>
}

function isNull({ variable, defaultValue }: VariableDefinitionNode, variables: Variables): boolean {
  const given = getOwn(variables, variable.name.value)
  return given === null || (given === undefined && defaultValue?.kind === Kind.NULL)
}

function findMisplaced(search: Search): GraphQLError | null {
  const info = new TypeInfo(search.schema)
  const reached = new Set<OperationDefinitionNode | FragmentDefinitionNode>([search.operation])
  let error: GraphQLError | null = null
  const look = (node: VariableNode): void => {
    const definition = search.nulls.get(node.name.value)
    const type = info.getInputType()
    if (error || !definition || !isNonNullType(type)) return
    error = misplacedNull(node.name.value, `${type}`, definition)
  }
  const enter = ({ directives }: { directives?: readonly DirectiveNode[] | undefined }): false | undefined =>
    isLeftOut(search, directives) ? false : undefined
  const visitor = visitWithTypeInfo(info, {
    VariableDefinition: () => false,
    Field: enter,
    InlineFragment: enter,
    FragmentSpread: (spread) => {
      const fragment = search.fragments.get(spread.name.value)
      if (enter(spread) === false) return false
      if (fragment) reached.add(fragment)
      return undefined
    },
    Variable: look,
  })
  for (const part of reached) visit(part, visitor)
  return error
}

/** Whether `@skip` or `@include` leave it out. One without a value does not: it is a mistake that has to be found. */
function isLeftOut({ operation, variables }: Search, directives: readonly DirectiveNode[] = []): boolean {
  return directives.some(({ name, arguments: given = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return false
    const value = given[0]?.value
    const condition = value?.kind === Kind.VARIABLE ? conditionOf(operation, variables, value.name.value) : value
    const isMet = typeof condition === 'object' && condition?.kind === Kind.BOOLEAN ? condition.value : condition
    return isMet === (name.value === 'skip')
  })
}

/** What a condition's variable is: a Boolean, or nothing that decides. */
function conditionOf({ variableDefinitions }: OperationDefinitionNode, variables: Variables, name: string) {
  const given = getOwn(variables, name)
  if (typeof given === 'boolean') return given
  const definition = variableDefinitions?.find(({ variable }) => variable.name.value === name)
  return given === undefined ? definition?.defaultValue : undefined
}

function misplacedNull(name: string, type: string, definition: VariableDefinitionNode): GraphQLError {
  return new GraphQLError(`Variable "$${name}" must not be null: it is used where "${type}" is expected.`, {
    nodes: definition,
    extensions: { code: 'BAD_USER_INPUT' },
  })
}
