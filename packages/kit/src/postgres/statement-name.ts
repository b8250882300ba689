import { createHash } from 'node:crypto'

/** The name of a prepared statement, from its text. A connection that has seen it neither parses nor plans the statement again. */
export function statementName(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32)
}
