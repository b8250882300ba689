import { withOneOfDefined } from '@tikitu/schema/one-of'
import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  valueFromASTUntyped,
} from 'graphql'
import { type AccessRules, collectRules } from '../access/rules.ts'
import { type CostRules, collectCosts, costNames } from '../cost/collect-costs.ts'
import { hashOf } from '../operations/read-manifest.ts'
import { isLocal, type NodeType, nodeTypesIn } from './read-nodes.ts'

/** A subgraph and its address in the supergraph. */
interface SubgraphLocation {
  name: string
  url: string
}

/** A supergraph without the directives that `@apollo/gateway` does not support, and their content. */
export interface ReadSupergraph {
  sdl: string
  /** A hash of the supergraph. */
  hash: string
  rules: AccessRules
  costs: CostRules
  /** The subgraphs with an address, without those that the gateway resolves itself. */
  subgraphs: SubgraphLocation[]
  nodes: readonly NodeType[]
}

/** The access directives, by specification. `@apollo/gateway` does not load supergraphs with them. */
const accessSpecs = new Map([
  ['https://specs.apollo.dev/authenticated', 'authenticated'],
  ['https://specs.apollo.dev/requiresScopes', 'requiresScopes'],
  ['https://specs.apollo.dev/policy', 'policy'],
  ['https://tikitu.dev/access', 'public'],
])

interface ReadOptions {
  /** Whether the gateway resolves subgraphs with the address `local:` itself. In foreign graphs that address has no meaning. */
  hasLocalSubgraph: boolean
}

/** Removes the access directives from a supergraph and returns them as rules. @throws GraphQLError for a syntax error */
export function readSupergraph(text: string, { hasLocalSubgraph }: ReadOptions): ReadSupergraph {
  const document = parse(text, { noLocation: true })
  const names = accessNames(document)
  const rules = collectRules(document, names)
  const sdl = print(withOneOfDefined(withoutDirectives(document, names)))
  const graphs = graphsIn(document)
  const remote = graphs.filter(({ url }) => !hasLocalSubgraph || !isLocal(url))
  const nodes = hasLocalSubgraph ? nodeTypesIn(document, new Map(remote.map(({ value, name }) => [value, name]))) : []
  return {
    sdl,
    hash: hashOf(text).slice(0, 16),
    rules,
    costs: costsOf(document, nodes),
    subgraphs: remote.map(({ name, url }) => ({ name, url })),
    nodes,
  }
}

/** The name of each access directive in this supergraph. `@link` may rename it. */
function accessNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>()
  for (const link of linksIn(document)) {
    const meaning = accessSpecs.get(specOf(link))
    if (!meaning) continue
    names.set(stringArgument(link, 'as') ?? meaning, meaning)
    for (const [imported, local] of importsOf(link)) {
      const target = imported.slice(1)
      if ([...accessSpecs.values()].includes(target)) names.set(local.slice(1), target)
    }
  }
  return names
}

function withoutDirectives(document: DocumentNode, names: ReadonlyMap<string, string>): DocumentNode {
  const definitions = document.definitions.filter((node) => !definesAccess(node, names))
  return { ...document, definitions: definitions.map((node) => stripped(node, names)) }
}

function definesAccess(node: DefinitionNode, names: ReadonlyMap<string, string>): boolean {
  if (node.kind === Kind.DIRECTIVE_DEFINITION) return names.has(node.name.value)
  return (
    node.kind === Kind.SCALAR_TYPE_DEFINITION &&
    names.has(node.name.value.split('__')[0] ?? '') &&
    node.name.value.includes('__')
  )
}

function stripped<T extends DefinitionNode>(node: T, names: ReadonlyMap<string, string>): T {
  const kept: { directives?: ConstDirectiveNode[]; fields?: unknown[] } = {}
  if ('directives' in node && node.directives) {
    kept.directives = (node.directives as ConstDirectiveNode[]).filter(
      (directive) => !names.has(directive.name.value) && !accessSpecs.has(specOf(directive)),
    )
  }
  if ('fields' in node && node.fields) {
    kept.fields = node.fields.map((field) => ({
      ...field,
      directives: field.directives?.filter((directive) => !names.has(directive.name.value)) ?? [],
    }))
  }
  return { ...node, ...kept }
}

/** Makes lists of entities by id as long as the list of ids, which `@listSize` cannot express. */
function costsOf(document: DocumentNode, nodes: readonly NodeType[]): CostRules {
  const costs = collectCosts(document, costNames(document))
  if (nodes.length === 0) return costs
  return { ...costs, lists: new Map(costs.lists).set('Query.nodes', { slicingArguments: ['ids'] }) }
}

/** The subgraphs by their value of `join__Graph`. */
function graphsIn(document: DocumentNode): (SubgraphLocation & { value: string })[] {
  const graphs = document.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  )
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION)
    throw new Error('this is not a supergraph: it has no enum join__Graph')
  return (graphs.values ?? []).map((value) => {
    const graph = value.directives?.find((directive) => directive.name.value === 'join__graph')
    if (!graph) throw new Error(`the subgraph ${value.name.value} has no @join__graph`)
    const [name, url] = [stringArgument(graph, 'name') ?? '', stringArgument(graph, 'url') ?? '']
    return { value: value.name.value, name, url }
  })
}

function linksIn(document: DocumentNode): ConstDirectiveNode[] {
  const schemas = document.definitions.filter(
    (node) => node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION,
  )
  return schemas.flatMap((node) => node.directives ?? []).filter((directive) => directive.name.value === 'link')
}

/** The specification of a `@link`, without the version; empty for other directives. */
function specOf(directive: ConstDirectiveNode): string {
  if (directive.name.value !== 'link') return ''
  return (stringArgument(directive, 'url') ?? '').replace(/\/v\d+(\.\d+)*\/?$/, '')
}

function importsOf(link: ConstDirectiveNode): [string, string][] {
  const argument = link.arguments?.find(({ name }) => name.value === 'import')
  const imports = argument ? (valueFromASTUntyped(argument.value) as (string | { name: string; as?: string })[]) : []
  return imports.map((item) => (typeof item === 'string' ? [item, item] : [item.name, item.as ?? item.name]))
}

function stringArgument(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : null
}
