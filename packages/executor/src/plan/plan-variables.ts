import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { isExact, parseExact } from '../lib/exact-json.ts'
import { getOwnProperty } from '../lib/own-property.ts'

/** Where the value of a plan variable comes from: the client's variable of that name, else the fallback. */
interface VariableSource {
  variable: string | null
  fallback: unknown
}

/** A document for the planner, and the conversion of its variables. */
export interface PlanVariables {
  document: DocumentNode
  /** The variables of a plan, from the client's. */
  valuesOf: (variables: Variables) => Variables
  /** The client's name for a variable of the plan. */
  clientName: (name: string) => string
  /** Replaces the plan's variable names in an error message by the client's. */
  restoreVariableNames: (message: string) => string
}

type Variables = Readonly<Record<string, unknown>>

/** The variable of entity fetches. */
const representationsVariable = 'representations'

interface RewriteContext {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** By the variable's name in the plan. Variables that are not renamed are left out. */
  sources: Map<string, VariableSource>
  /** A prefix that no variable of the document has. */
  prefix: string
}

/**
 * Rewrites a document's variables for the planner. A client variable named `representations` is renamed. Long numbers in literals of
 * custom scalars become variables, because the planner would print them with fewer digits.
 */
export function planVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PlanVariables {
  const { variableDefinitions: definitions = [] } = operation
  const context: RewriteContext = { document, operation, sources: new Map(), prefix: unusedPrefix(definitions) }
  const isClashing = definitions.some(({ variable }) => variable.name.value === representationsVariable)
  const isLong = hasLongNumber(document)
  if (isLong) extractLongLiterals(context, schema)
  if (isClashing) renameRepresentations(context)
  const { sources } = context
  return {
    document: context.document,
    valuesOf: sources.size === 0 ? (variables) => variables : (variables) => withSources(sources, variables),
    clientName: (name) => sources.get(name)?.variable ?? name,
    restoreVariableNames: (message) => (sources.size === 0 ? message : restoreVariableNames(sources, message)),
  }
}

/** Literals that were extracted to variables have no name that the client knows. */
function restoreVariableNames(sources: ReadonlyMap<string, VariableSource>, message: string): string {
  return message.replace(/(?:Variable )?"?\$(\w+)"?/g, (words: string, name: string) => {
    const source = sources.get(name)
    if (!source) return words
    return source.variable === null ? 'A value in the operation' : words.replace(name, source.variable)
  })
}

function withSources(sources: ReadonlyMap<string, VariableSource>, variables: Variables): Variables {
  const values: Record<string, unknown> = { ...variables }
  for (const [name, { variable, fallback }] of sources) {
    const given = variable === null ? undefined : getOwnProperty(values, variable)
    const value = given === undefined ? fallback : given
    if (value !== undefined) values[name] = value
  }
  return values
}

function unusedPrefix(definitions: readonly VariableDefinitionNode[]): string {
  let prefix = 'client_'
  while (definitions.some(({ variable }) => variable.name.value.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

function renameRepresentations(context: RewriteContext): void {
  const name = `${context.prefix}${representationsVariable}`
  const own = context.operation.variableDefinitions?.find(
    ({ variable }) => variable.name.value === representationsVariable,
  )
  const fallback = own?.defaultValue && parseExact(jsonOf(own.defaultValue))
  context.sources.set(name, { variable: representationsVariable, fallback })
  context.document = visit(context.document, {
    Variable: (node) =>
      node.name.value === representationsVariable ? { ...node, name: { kind: Kind.NAME, value: name } } : undefined,
  })
}

function hasLongNumber(node: DocumentNode | ValueNode): boolean {
  let isLong = false
  const look = ({ value }: { value: string }): void => {
    isLong ||= !isExact(value)
  }
  visit(node, { IntValue: look, FloatValue: look })
  return isLong
}

function extractLongLiterals(context: RewriteContext, schema: GraphQLSchema): void {
  const info = new TypeInfo(schema)
  const extracted: VariableDefinitionNode[] = []
  const extract = (node: ValueNode): ValueNode | undefined => {
    // Within a list, getInputType() is the type of the items.
    const type = node.kind === Kind.LIST ? info.getParentInputType() : info.getInputType()
    if (!isCustomScalar(type) || !hasLongNumber(node) || hasVariables(node)) return undefined
    const name = { kind: Kind.NAME, value: `${context.prefix}${extracted.length}` } as const
    const variable = { kind: Kind.VARIABLE, name } as const
    extracted.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) })
    context.sources.set(name.value, { variable: null, fallback: parseExact(jsonOf(node)) })
    return variable
  }
  const replaced = visit(
    context.document,
    visitWithTypeInfo(info, {
      VariableDefinition: (definition) => extractLongDefault(context, definition),
      IntValue: extract,
      FloatValue: extract,
      ObjectValue: extract,
      ListValue: extract,
    }),
  )
  context.document = visit(replaced, {
    OperationDefinition: (one) => {
      if (one.name?.value !== context.operation.name?.value) return undefined
      return { ...one, variableDefinitions: [...(one.variableDefinitions ?? []), ...extracted] }
    },
  })
}

function extractLongDefault({ sources }: RewriteContext, definition: VariableDefinitionNode) {
  const { defaultValue, variable, ...rest } = definition
  if (!defaultValue || !hasLongNumber(defaultValue)) return false
  sources.set(variable.name.value, { variable: variable.name.value, fallback: parseExact(jsonOf(defaultValue)) })
  return { ...rest, variable }
}

/** False for lists of custom scalars: their items are extracted one by one. */
function isCustomScalar(type: GraphQLInputType | null | undefined): boolean {
  const scalar = type && getNullableType(type)
  return isScalarType(scalar) && !isSpecifiedScalarType(scalar)
}

function hasVariables(node: ValueNode): boolean {
  let holds = false
  visit(node, {
    Variable: () => {
      holds = true
    },
  })
  return holds
}

/** A literal as JSON, with all digits. */
function jsonOf(node: ValueNode): string {
  switch (node.kind) {
    case Kind.LIST:
      return `[${node.values.map(jsonOf).join(',')}]`
    case Kind.OBJECT:
      return `{${node.fields.map(({ name, value }) => `${JSON.stringify(name.value)}:${jsonOf(value)}`).join(',')}}`
    case Kind.INT:
    case Kind.FLOAT:
      return node.value
    case Kind.NULL:
    case Kind.VARIABLE:
      return 'null'
    default:
      return JSON.stringify(node.value)
  }
}
