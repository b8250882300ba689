import type { ApolloServerPlugin } from '@apollo/server'
import { type DocumentNode, GraphQLError, Kind, visit } from 'graphql'
import { InvalidInput } from './errors.ts'

/** Whether Postgres can keep `text`: it has no null byte, and no half of a character. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

/** Refuses operations whose values hold text that no database keeps, before anything is done. */
export const rejectInvalidText: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ request, document, source }) => {
      const refusal = invalidTextError({ variables: request.variables, document, source })
      if (refusal) throw refusal
    },
  }),
}

/** Why an operation is refused whose values hold text that no database keeps; null when all is well. */
export function invalidTextError(operation: {
  variables: Record<string, unknown> | undefined
  document: DocumentNode
  source: string
}): GraphQLError | null {
  const { variables, document, source } = operation
  const field = findInvalidText(variables) ?? (source.includes('\\u') ? findLiteral(document) : null)
  return field === null ? null : refusalOf(field)
}

/** The path of the first text that is not readable, names of fields included; null when all is well. Nesting has no limit. */
export function findInvalidText(value: unknown): string | null {
  const waiting = [{ path: '', value }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value: found } = next
    if (typeof found === 'string' && !isStorable(found)) return path
    const inside = entriesOf(found)
    if (!inside.every(([name]) => isStorable(name))) return path
    for (const [name, inner] of inside) waiting.push({ path: path ? `${path}.${name}` : name, value: inner })
  }
  return null
}

function entriesOf(value: unknown): [name: string, value: unknown][] {
  return value !== null && typeof value === 'object' ? Object.entries(value) : []
}

function findLiteral(document: DocumentNode): string | null {
  let found: string | null = null
  visit(document, {
    [Kind.STRING]: ({ value }) => {
      if (!isStorable(value)) found = 'value'
    },
  })
  return found
}

/** Answered with status 200 like a resolver error, so that the gateway passes it on. */
function refusalOf(field: string): GraphQLError {
  const problem = new InvalidInput([{ field, message: 'must be text without null bytes and halves of characters' }])
  return new GraphQLError(problem.message, { originalError: problem, extensions: { http: { status: 200 } } })
}
