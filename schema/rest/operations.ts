import { readdirSync, readFileSync } from 'node:fs'
import { concatAST, type DocumentNode, parse, separateOperations } from 'graphql'

const folder = new URL('../operations/', import.meta.url)

/** The persisted operations by name, each with the fragments that it uses. */
export function readOperations(): Readonly<Record<string, DocumentNode>> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
  const documents = files.map((name) => parse(readFileSync(new URL(name, folder), 'utf8'), { noLocation: true }))
  return separateOperations(concatAST(documents))
}
