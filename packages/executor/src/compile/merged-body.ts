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

/** A fetch to include in a merged request, with its entities. */
export interface BodyPart {
  index: number
  representations: readonly string[]
}

/** Writes the body of one request for several fetches. */
export type WriteMergedBody = (variables: Variables, bodyParts: readonly BodyPart[]) => string

/** The parts of a fetch's document, as they are written in JSON. */
interface Part {
  name: string
  /** `_e0:_entities(representations:$representations_0){…}` */
  field: string
  definitions: readonly string[]
  fragments: readonly string[]
  representations: string
  variables: readonly { name: string; write: ReturnType<typeof compileVariable> }[]
}

/** The alias of a fetch's `_entities` field in a merged request. */
export function entitiesAlias(index: number): string {
  return `_e${index}`
}

/** Whether a name is such an alias. */
export function isEntitiesAlias(name: unknown): boolean {
  return typeof name === 'string' && /^_e\d+$/.test(name)
}

/** Compiles the body of a request that merges several entity fetches. */
export function compileMergedBody(fetches: readonly FetchNode[]): WriteMergedBody {
  const prefix = unusedPrefix(fetches.flatMap(({ variableUsages = [] }) => variableUsages))
  const parts = fetches.map((fetch, index) => partOf(fetch, index, prefix))
  return (variables, bodyParts) => {
    const chosen = bodyParts.flatMap(({ index }) => parts[index] ?? [])
    const unique = (pick: (part: Part) => readonly string[]) => [...new Set(chosen.flatMap(pick))]
    const definitions = unique((part) => part.definitions).join(',')
    const fields = chosen.map(({ field }) => field).join('')
    const fragments = unique((part) => part.fragments).join('')
    const variableEntries = new Map(
      chosen.flatMap((part) => part.variables.map(({ name, write }) => [name, write(variables)])),
    )
    const entries = [...variableEntries.values()].filter((entry) => entry !== null)
    for (const { index, representations } of bodyParts)
      entries.push(`${parts[index]?.representations}:[${representations.join(',')}]`)
    const name = chosen[0]?.name ?? ''
    const operationName = name === '' ? '' : `,"operationName":"${name}"`
    const query = `query ${name}(${definitions}){${fields}}${fragments}`
    return `{"query":"${query}"${operationName},"variables":{${entries.join(',')}}}`
  }
}

/** A prefix that no variable of the client has. */
function unusedPrefix(names: readonly string[]): string {
  let prefix = 'representations_'
  while (names.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}

function partOf(fetch: FetchNode, index: number, prefix: string): Part {
  const variable = `${prefix}${index}`
  const { operation, fragments } = withUniqueNames(parse(fetch.operation, { noLocation: true }), index, variable)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD) throw new Error('an entity fetch does not select _entities')
  const field = { ...entities, alias: { kind: Kind.NAME, value: entitiesAlias(index) } as const }
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

/** Adds the number of the fetch to its fragments and its variable `representations`, so that merged documents do not conflict. */
function withUniqueNames(document: DocumentNode, index: number, variable: string) {
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
