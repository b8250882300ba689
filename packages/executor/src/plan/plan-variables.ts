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

/** The value of a variable of a plan: what the client gave by that name, else this. */
interface Source {
  variable: string | null
  fallback: unknown
}

/** A document that can be planned, and the variables of its plans. */
export interface PlanVariables {
  document: DocumentNode
  /** The client's variables, and those that only plans have. */
  valuesOf: (variables: Variables) => Variables
  /** The client's name of a variable of a plan. */
  clientName: (name: string) => string
  /** What a subgraph says of variables, with the client's names of them. */
  clientWords: (message: string) => string
}

type Variables = Readonly<Record<string, unknown>>

/** The name of the variable in which the planner sends entities. */
const ofEntities = 'representations'

interface Rewriting {
  document: DocumentNode
  operation: OperationDefinitionNode
  /** By the names in plans. Names that are not here are the client's own. */
  sources: Map<string, Source>
  /** What no variable of the document is called. */
  prefix: string
}

/**
 * The document with variables that can be planned. The client's are renamed where the planner has one of that name, and what it would
 * write with fewer digits than the client did, in a scalar of the graph's own, becomes a variable.
 */
export function planVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PlanVariables {
  const { variableDefinitions: definitions = [] } = operation
  const rewriting: Rewriting = { document, operation, sources: new Map(), prefix: prefixBeside(definitions) }
  const isClashing = definitions.some(({ variable }) => variable.name.value === ofEntities)
  const isLong = holdsLong(document)
  if (isLong) liftLong(rewriting, schema)
  if (isClashing) renameVariable(rewriting)
  const { sources } = rewriting
  return {
    document: rewriting.document,
    valuesOf: sources.size === 0 ? (variables) => variables : (variables) => withSources(sources, variables),
    clientName: (name) => sources.get(name)?.variable ?? name,
    clientWords: (message) => (sources.size === 0 ? message : clientWords(sources, message)),
  }
}

/** What the client wrote in the text of its operation has no name. */
function clientWords(sources: ReadonlyMap<string, Source>, message: string): string {
  return message.replace(/(?:Variable )?"?\$(\w+)"?/g, (words: string, name: string) => {
    const source = sources.get(name)
    if (!source) return words
    return source.variable === null ? 'A value in the operation' : words.replace(name, source.variable)
  })
}

function withSources(sources: ReadonlyMap<string, Source>, variables: Variables): Variables {
  const values: Record<string, unknown> = { ...variables }
  for (const [name, { variable, fallback }] of sources) {
    const given = variable === null ? undefined : getOwnProperty(values, variable)
    const value = given === undefined ? fallback : given
    if (value !== undefined) values[name] = value
  }
  return values
}

function prefixBeside(definitions: readonly VariableDefinitionNode[]): string {
  let prefix = 'client_'
  while (definitions.some(({ variable }) => variable.name.value.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

function renameVariable(rewriting: Rewriting): void {
  const name = `${rewriting.prefix}${ofEntities}`
  const own = rewriting.operation.variableDefinitions?.find(({ variable }) => variable.name.value === ofEntities)
  const fallback = own?.defaultValue && parseExact(jsonOf(own.defaultValue))
  rewriting.sources.set(name, { variable: ofEntities, fallback })
  rewriting.document = visit(rewriting.document, {
    Variable: (node) =>
      node.name.value === ofEntities ? { ...node, name: { kind: Kind.NAME, value: name } } : undefined,
  })
}

function holdsLong(node: DocumentNode | ValueNode): boolean {
  let isLong = false
  const look = ({ value }: { value: string }): void => {
    isLong ||= !isExact(value)
  }
  visit(node, { IntValue: look, FloatValue: look })
  return isLong
}

function liftLong(rewriting: Rewriting, schema: GraphQLSchema): void {
  const info = new TypeInfo(schema)
  const lifted: VariableDefinitionNode[] = []
  const lift = (node: ValueNode): ValueNode | undefined => {
    // Within a list, the type is that of its items already.
    const type = node.kind === Kind.LIST ? info.getParentInputType() : info.getInputType()
    if (!isOwnScalar(type) || !holdsLong(node) || holdsVariables(node)) return undefined
    const name = { kind: Kind.NAME, value: `${rewriting.prefix}${lifted.length}` } as const
    const variable = { kind: Kind.VARIABLE, name } as const
    lifted.push({ kind: Kind.VARIABLE_DEFINITION, variable, type: parseType(String(type)) })
    rewriting.sources.set(name.value, { variable: null, fallback: parseExact(jsonOf(node)) })
    return variable
  }
  const lifting = visit(
    rewriting.document,
    visitWithTypeInfo(info, {
      VariableDefinition: (definition) => withoutLongDefault(rewriting, definition),
      IntValue: lift,
      FloatValue: lift,
      ObjectValue: lift,
      ListValue: lift,
    }),
  )
  rewriting.document = visit(lifting, {
    OperationDefinition: (one) => {
      if (one.name?.value !== rewriting.operation.name?.value) return undefined
      return { ...one, variableDefinitions: [...(one.variableDefinitions ?? []), ...lifted] }
    },
  })
}

function withoutLongDefault({ sources }: Rewriting, definition: VariableDefinitionNode) {
  const { defaultValue, variable, ...rest } = definition
  if (!defaultValue || !holdsLong(defaultValue)) return false
  sources.set(variable.name.value, { variable: variable.name.value, fallback: parseExact(jsonOf(defaultValue)) })
  return { ...rest, variable }
}

/** A list of such scalars is none itself: what lies in it is looked at one by one. */
function isOwnScalar(type: GraphQLInputType | null | undefined): boolean {
  const scalar = type && getNullableType(type)
  return isScalarType(scalar) && !isSpecifiedScalarType(scalar)
}

function holdsVariables(node: ValueNode): boolean {
  let holds = false
  visit(node, {
    Variable: () => {
      holds = true
    },
  })
  return holds
}

/** A literal as JSON, with all its digits. */
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
