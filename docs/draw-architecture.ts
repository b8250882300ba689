import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { events } from '@tikitu/schema/events/registry'
import { subgraphNames } from '@tikitu/schema/sdl'
import { type ConstDirectiveNode, Kind, type ObjectTypeDefinitionNode, parse, type StringValueNode } from 'graphql'

/**
 * Draws the diagrams of ARCHITECTURE.md that follow from the composed graph and the events: `node docs/draw-architecture.ts` writes them
 * between their markers, with `--check` it exits 1 when they are not what the code says.
 */

const page = fileURLToPath(new URL('../ARCHITECTURE.md', import.meta.url))
const supergraph = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url))

/** Which subgraph shows entities of which other, or adds fields to them. The owner is the one that has most fields of a type. */
function drawEntities(): string {
  const edges = new Map<string, string[]>()
  for (const node of parse(readFileSync(supergraph, 'utf8')).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    const users = graphsWithKey(node)
    const owner = ownerOf(node, users)
    for (const graph of users) {
      if (graph === owner) continue
      const edge = `${graph} --> ${owner}`
      edges.set(edge, [...(edges.get(edge) ?? []), node.name.value])
    }
  }
  const lines = [...edges].sort().map(([edge, types]) => edge.replace('-->', `-- ${types.sort().join(', ')} -->`))
  return mermaid('flowchart LR', lines)
}

/** The subgraphs that know objects of this type by a key. `node` is answered by the gateway and owns nothing. */
function graphsWithKey(node: ObjectTypeDefinitionNode): string[] {
  const types = (node.directives ?? []).filter((each) => each.name.value === 'join__type' && textOf(each, 'key'))
  return [...new Set(types.map((each) => textOf(each, 'graph').toLowerCase()))].filter((graph) => graph !== 'node')
}

function ownerOf(node: ObjectTypeDefinitionNode, graphs: readonly string[]): string {
  const counts = new Map(graphs.map((graph) => [graph, 0]))
  for (const field of node.fields ?? []) {
    const owners = (field.directives ?? []).filter((each) => each.name.value === 'join__field')
    for (const each of owners) {
      const graph = textOf(each, 'graph').toLowerCase()
      counts.set(graph, (counts.get(graph) ?? 0) + 1)
    }
  }
  return [...counts].sort((one, other) => other[1] - one[1])[0]?.[0] ?? ''
}

/** Who emits which events, and who handles them. */
function drawEvents(): string {
  const edges = new Map<string, string[]>()
  for (const [name, { to }] of Object.entries(events)) {
    const [emitter = '', fact = ''] = name.split('.')
    if (!(subgraphNames as readonly string[]).includes(emitter)) continue
    for (const subscriber of to as readonly string[]) {
      if (subscriber === emitter) continue
      const edge = `${emitter} --> ${subscriber}`
      edges.set(edge, [...(edges.get(edge) ?? []), fact])
    }
  }
  const lines = [...edges].sort().map(([edge, facts]) => edge.replace('-->', `-- ${facts.sort().join('<br>')} -->`))
  return mermaid('flowchart LR', lines)
}

/** Each event with its subscribers, as a table. */
function listEvents(): string {
  const rows = Object.entries(events)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { to }]) => `| \`${name}\` | ${(to as readonly string[]).join(', ')} |`)
  return ['| event | handled by |', '| --- | --- |', ...rows].join('\n')
}

function mermaid(kind: string, lines: readonly string[]): string {
  return ['```mermaid', kind, ...lines.map((line) => `  ${line}`), '```'].join('\n')
}

function textOf(directive: ConstDirectiveNode, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return (value as StringValueNode | undefined)?.value ?? ''
}

const drawings: Readonly<Record<string, string>> = {
  entities: drawEntities(),
  events: drawEvents(),
  'event list': listEvents(),
}

const text = readFileSync(page, 'utf8')
const drawn = Object.entries(drawings).reduce((before, [name, drawing]) => {
  const [head = '', tail = ''] = before.split(`<!-- ${name}: drawn -->\n`)
  return `${head}<!-- ${name}: drawn -->\n${drawing}\n${tail.slice(tail.indexOf('<!-- end -->'))}`
}, text)
if (process.argv.includes('--check')) {
  if (drawn !== text) {
    console.error('ARCHITECTURE.md is not up to date: run `node docs/draw-architecture.ts` and commit.')
    process.exit(1)
  }
} else {
  writeFileSync(page, drawn)
}
