import { readFileSync } from 'node:fs'
import { type DefinitionNode, Kind, type OperationDefinitionNode, parse } from 'graphql'

/** A tab of GraphiQL: an operation and its variables. */
export interface ExplorerTab {
  query: string
  variables: string
}

/**
 * Reads the tabs from a Markdown file: one for each `graphql` block, with the paragraph before it as a comment. @throws when the file
 * cannot be read or a block is not GraphQL
 */
export function readTabs(file: string): ExplorerTab[] {
  const page = readFileSync(file, 'utf8')
  return [...page.matchAll(/```graphql\n([\s\S]*?)```/g)].map(({ index, 1: query = '' }) => ({
    query: `${commentOf(paragraphBefore(page, index))}${query}`,
    variables: variablesOf(query),
  }))
}

/** The paragraph that ends there; empty after another block. */
function paragraphBefore(page: string, index: number): string {
  const paragraph = page.slice(0, index).trimEnd().split('\n\n').at(-1) ?? ''
  return paragraph.endsWith('```') ? '' : paragraph
}

/** The paragraph without Markdown syntax, as comment lines of at most 100 characters. */
function commentOf(paragraph: string): string {
  const text = paragraph
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/[*`<>\s]+/g, (mark) => (/\s/.test(mark) ? ' ' : ''))
  const lines = text.match(/\S.{0,96}(?=\s|$)/g) ?? []
  return lines.map((line) => `# ${line}\n`).join('')
}

function variablesOf(query: string): string {
  const names = parse(query)
    .definitions.filter(isOperation)
    .flatMap((operation) => operation.variableDefinitions ?? [])
    .map(({ variable }) => variable.name.value)
  return names.length === 0 ? '' : JSON.stringify(Object.fromEntries(names.map((name) => [name, ''])), null, 2)
}

function isOperation(definition: DefinitionNode): definition is OperationDefinitionNode {
  return definition.kind === Kind.OPERATION_DEFINITION
}
