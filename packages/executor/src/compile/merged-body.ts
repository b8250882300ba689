import type { FetchNode } from '@apollo/query-planner'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
} from 'graphql'
import { compileVariable, type Variables } from './request-body.ts'

/** Which of the merged fetches are asked for, and of which entities. */
export interface AskedPart {
  index: number
  representations: readonly string[]
}

/** The body of one request for some of the fetches, each with entities of its own. */
export type MergedBodyOf = (variables: Variables, asked: readonly AskedPart[]) => string

/** A fetch as a part of a document, its texts as they stand in JSON. */
interface Part {
  name: string
  /** `_e0:_entities(representations:$representations_0){…}` */
  field: string
  definitions: readonly string[]
  fragments: readonly string[]
  representations: string
  variables: readonly { name: string; write: ReturnType<typeof compileVariable> }[]
}

/** The name under which a merged request asks for the entities of a fetch. */
export function aliasOf(index: number): string {
  return `_e${index}`
}

/** Whether a name is one that `aliasOf` gives. */
export function isAlias(name: unknown): boolean {
  return typeof name === 'string' && /^_e\d+$/.test(name)
}

/** Compiles the body of a request that several fetches of entities are merged into. */
export function compileMergedBody(fetches: readonly FetchNode[]): MergedBodyOf {
  const prefix = prefixBeside(fetches.flatMap(({ variableUsages = [] }) => variableUsages))
  const parts = fetches.map((fetch, index) => partOf(fetch, index, prefix))
  return (variables, asked) => {
    const chosen = asked.flatMap(({ index }) => parts[index] ?? [])
    const unique = (pick: (part: Part) => readonly string[]) => [...new Set(chosen.flatMap(pick))]
    const definitions = unique((part) => part.definitions).join(',')
    const fields = chosen.map(({ field }) => field).join('')
    const fragments = unique((part) => part.fragments).join('')
    const given = new Map(chosen.flatMap((part) => part.variables.map(({ name, write }) => [name, write(variables)])))
    const entries = [...given.values()].filter((entry) => entry !== null)
    for (const { index, representations } of asked)
      entries.push(`${parts[index]?.representations}:[${representations.join(',')}]`)
    const name = chosen[0]?.name ?? ''
    const operationName = name === '' ? '' : `,"operationName":"${name}"`
    const query = `query ${name}(${definitions}){${fields}}${fragments}`
    return `{"query":"${query}"${operationName},"variables":{${entries.join(',')}}}`
  }
}

/** What no variable of the client begins with. */
function prefixBeside(names: readonly string[]): string {
  let prefix = 'representations_'
  while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

function partOf(fetch: FetchNode, index: number, prefix: string): Part {
  const variable = `${prefix}${index}`
  const { operation, fragments } = withOwnNames(parse(fetch.operation, { noLocation: true }), index, variable)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD) throw new Error('a fetch of entities asks for no entities')
  const field = { ...entities, alias: { kind: Kind.NAME, value: aliasOf(index) } as const }
  const text = (node: Parameters<typeof print>[0]) => JSON.stringify(stripIgnoredCharacters(print(node))).slice(1, -1)
  return {
    name: fetch.operationName ?? '',
    field: text(field),
    definitions: (operation.variableDefinitions ?? []).map(text),
    fragments: fragments.map(text),
    representations: JSON.stringify(variable),
    variables: (fetch.variableUsages ?? []).map((name) => ({ name, write: compileVariable(name) })),
  }
}

/** Two documents may have a fragment of one name: each part's have its number. So has the variable of its representations. */
function withOwnNames(document: DocumentNode, index: number, variable: string) {
  const numbered = (value: string) => ({ kind: Kind.NAME, value: `${value}_${index}` }) as const
  const renamed: DocumentNode = visit(document, {
    Variable: (node) =>
      node.name.value === 'representations' ? { ...node, name: { kind: Kind.NAME, value: variable } } : undefined,
    FragmentDefinition: (node) => ({ ...node, name: numbered(node.name.value) }),
    FragmentSpread: (node) => ({ ...node, name: numbered(node.name.value) }),
  })
  const fragments: FragmentDefinitionNode[] = []
  let operation: OperationDefinitionNode | undefined
  for (const node of renamed.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.push(node)
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node
  }
  if (!operation) throw new Error('a fetch has no operation')
  return { operation, fragments }
}
