import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  getOperationAST,
  type InputValueDefinitionNode,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  TypeInfo,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { RestEndpoint } from './endpoint.ts'
import { type InnerLists, innerLists, isPage } from './inner-lists.ts'

/** A value of a request, and the variable that it becomes. */
export interface RestParameter {
  /** Name in the request. */
  name: string
  in: 'path' | 'query' | 'body' | 'header'
  /** Where it belongs in the operation's variables, such as `['input', 'holdId']`. */
  at: readonly [string] | readonly [string, string]
  type: GraphQLInputType
  description: string | null
  /** The request is refused without it. */
  isRequired: boolean
  /** Value if absent, as JSON. */
  byDefault?: unknown
  /** The definition in the schema, if the schema was built from a text. */
  node?: InputValueDefinitionNode | null | undefined
}

/** An endpoint, with the types of a schema. */
export interface BoundEndpoint {
  endpoint: RestEndpoint
  document: DocumentNode
  operation: OperationDefinitionNode
  parameters: readonly RestParameter[]
  /** The variables that are objects and must not be missing. */
  requiredObjects: readonly string[]
  /** Field names from the data to the body. */
  bodyPath: readonly string[]
  bodyType: GraphQLOutputType
  /** What the operation selects of the body; null for a scalar. */
  selection: SelectionSetNode | null
  /** The body is a list: its items, and for a connection the cursor of the next page. */
  list: 'connection' | 'plain' | null
  /** The lists below the body, which are arrays. */
  innerLists: InnerLists
  /** Types of a success, when there are several: the body says in `type` which one it is. */
  successes: readonly string[]
}

/** Binds an endpoint to the schema and its operation. @throws Error when they do not fit */
export function bindEndpoint(
  schema: GraphQLSchema,
  endpoint: RestEndpoint,
  documents: Readonly<Record<string, DocumentNode>>,
): BoundEndpoint {
  const document = documents[endpoint.operation]
  const operation = document && getOperationAST(document)
  if (!document || !operation) throw new Error(`there is no operation ${endpoint.operation}`)
  const bodyPath = endpoint.body?.split('.') ?? [firstField(operation)]
  const bodyType = typeAt(schema, operation, bodyPath)
  const selection = selectionAt(operation, bodyPath)
  return {
    endpoint,
    document,
    operation,
    parameters: parametersOf(schema, endpoint, operation),
    requiredObjects: requiredObjectsOf(operation),
    bodyPath,
    bodyType,
    selection,
    list: listKind(bodyType, selection),
    innerLists: innerLists(schema, document, { type: bodyType, selection }),
    successes: successesOf(bodyType),
  }
}

/** Names of the path's parameters. */
export function pathNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
}

/** Paging has other names in REST: `last` and `before` are left out. */
const renamed: Readonly<Record<string, string | null>> = { first: 'limit', after: 'cursor', last: null, before: null }

/** Input objects whose fields are parameters of their own. */
const spread = new Set(['input', 'filter'])

function parametersOf(
  schema: GraphQLSchema,
  { method, path }: RestEndpoint,
  operation: OperationDefinitionNode,
): RestParameter[] {
  const fed = argumentsByVariable(schema, operation)
  const all = (operation.variableDefinitions ?? []).flatMap((definition) => valuesOf(schema, definition, fed))
  const rest = method === 'GET' || method === 'DELETE' ? 'query' : 'body'
  const inPath = pathNames(path).map((name) => {
    const value = all.find((one) => one.name === name) ?? all.find((one) => one.name === 'id')
    if (!value) throw new Error(`the operation has no variable ${name}`)
    return { value, name }
  })
  return all.map((value) => {
    const placed = inPath.find((one) => one.value === value)
    if (placed) return { ...value, in: 'path', name: placed.name, isRequired: true }
    if (value.name === 'idempotencyKey') return { ...value, in: 'header', name: 'idempotency-key' }
    return { ...value, in: rest }
  })
}

type Value = Omit<RestParameter, 'in'>

/** The arguments that variables are passed to. */
function argumentsByVariable(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, GraphQLArgument> {
  const types = new TypeInfo(schema)
  const fed = new Map<string, GraphQLArgument>()
  const Argument = ({ value }: ArgumentNode) => {
    const argument = types.getArgument()
    if (value.kind === 'Variable' && argument) fed.set(value.name.value, argument)
  }
  visit(operation, visitWithTypeInfo(types, { Argument }))
  return fed
}

function valuesOf(
  schema: GraphQLSchema,
  { variable, type: typeNode, defaultValue }: VariableDefinitionNode,
  fed: ReadonlyMap<string, GraphQLArgument>,
): Value[] {
  const type = typeFromAST(schema, typeNode as never) as GraphQLInputType | undefined
  const name = variable.name.value
  if (!type) throw new Error(`the type of the variable ${name} does not exist`)
  const object = getNullableType(type)
  if (spread.has(name) && isInputObjectType(object)) {
    return Object.values(object.getFields()).map((field) => ({
      name: field.name,
      at: [name, field.name],
      type: field.type,
      description: field.description ?? null,
      node: field.astNode,
      isRequired: isNonNullType(field.type) && field.defaultValue === undefined,
      ...(field.defaultValue !== undefined && { byDefault: field.defaultValue }),
    }))
  }
  const called = name in renamed ? renamed[name] : name
  if (called === null || called === undefined) return []
  const byDefault = defaultValue && { byDefault: valueFromASTUntyped(defaultValue) }
  const isRequired = isNonNullType(type) && !byDefault
  const { description = null, astNode: node } = fed.get(name) ?? {}
  return [{ name: called, at: [name], type, description: description ?? null, node, isRequired, ...byDefault }]
}

function requiredObjectsOf({ variableDefinitions = [] }: OperationDefinitionNode): string[] {
  const names = variableDefinitions
    .filter(({ type }) => type.kind === 'NonNullType')
    .map((one) => one.variable.name.value)
  return names.filter((name) => spread.has(name))
}

function firstField({ selectionSet }: OperationDefinitionNode): string {
  const [field] = selectionSet.selections
  if (field?.kind !== 'Field') throw new Error('the operation must begin with a field')
  return field.name.value
}

function typeAt(
  schema: GraphQLSchema,
  { operation }: OperationDefinitionNode,
  path: readonly string[],
): GraphQLOutputType {
  let type = schema.getRootType(operation) as GraphQLOutputType | undefined
  for (const name of path) {
    const parent = type && getNullableType(type)
    type = isObjectType(parent) ? parent.getFields()[name]?.type : undefined
    if (!type) throw new Error(`there is no ${path.join('.')}`)
  }
  if (!type) throw new Error('the schema has no such operations')
  return type
}

function selectionAt({ selectionSet }: OperationDefinitionNode, path: readonly string[]): SelectionSetNode | null {
  let selection: SelectionSetNode | undefined = selectionSet
  for (const name of path) selection = fieldIn(selection, name)?.selectionSet
  return selection ?? null
}

function fieldIn(selection: SelectionSetNode | undefined, name: string): FieldNode | undefined {
  return selection?.selections.find((node): node is FieldNode => node.kind === 'Field' && node.name.value === name)
}

function listKind(type: GraphQLOutputType, selection: SelectionSetNode | null): BoundEndpoint['list'] {
  if (isListType(getNullableType(type))) return 'plain'
  if (!isPage(type, selection)) return null
  if (!fieldIn(selection ?? undefined, 'pageInfo')) throw new Error('the list has no pageInfo')
  return 'connection'
}

function successesOf(type: GraphQLOutputType): string[] {
  const union = getNullableType(type)
  if (!isUnionType(union)) return []
  const successes = union.getTypes().filter((member) => !member.getInterfaces().some(({ name }) => name === 'Refusal'))
  return successes.length > 1 ? successes.map(({ name }) => name) : []
}
